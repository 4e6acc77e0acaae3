/* What a page gains with JavaScript. Everything works without it. */
(() => {
  "use strict";
  const root = document.documentElement;
  const each = (selector, act, within = document) => within.querySelectorAll(selector).forEach(act);

  /* Light or dark: the system's choice until this browser has its own, kept in a cookie the server reads. */
  const themeNow = () => root.dataset.theme || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
  each("[data-theme-toggle]", (button) => {
    button.hidden = false;
    button.addEventListener("click", () => {
      root.dataset.theme = themeNow() === "dark" ? "light" : "dark";
      const secure = location.protocol === "https:" ? "; Secure" : "";
      document.cookie = `theme=${root.dataset.theme}; Path=/; Max-Age=31536000; SameSite=Lax${secure}`;
    });
  });

  /* A refused form: the reader stands at the first wrong field, the summary is read out before it. */
  const focusFirstWrong = (within) => {
    const wrong = within.querySelector('[aria-invalid="true"]') || within.querySelector("[data-focus]");
    if (wrong) wrong.focus();
  };

  /* Unsaved changes: ask before leaving. */
  const dirty = new Set();
  addEventListener("beforeunload", (event) => {
    if ([...dirty].some((form) => form.isConnected)) event.preventDefault();
  });

  /* The same form is not sent twice while the first answer is on its way. */
  document.addEventListener("submit", (event) => {
    const form = event.target;
    dirty.delete(form);
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    if (form.method !== "post" || event.defaultPrevented) return;
    form.dataset.sent = "1";
    setTimeout(() => delete form.dataset.sent, 8000);
  });
  addEventListener("pageshow", () => each("form[data-sent]", (form) => delete form.dataset.sent));

  /* What this browser keeps to be read without network is one person's: gone at sign-out, or once another is here. */
  const keepOnlyFor = async (people) => {
    for (const name of await caches.keys()) {
      if (name.startsWith("jalon.") && !people.some((one) => name.endsWith(`.${one}`))) await caches.delete(name);
    }
  };
  const WAITING = ["jalon.log.", "jalon.answers."]; // then the person, then what it is about
  const isOver = (name) => JSON.parse(localStorage.getItem(name))?.until < Date.now(); // the link of a letter has expired
  const forgetWhatWaits = (people) => {
    for (const name of Object.keys(localStorage)) {
      const kind = WAITING.find((one) => name.startsWith(one));
      if (!kind) continue;
      const isTheirs = !people || people.some((one) => name.startsWith(`${kind}${one}.`));
      if (!isTheirs || isOver(name)) localStorage.removeItem(name);
    }
  };
  const tryToForget = (people) => {
    try {
      forgetWhatWaits(people);
    } catch {
      // this browser keeps nothing
    }
  };
  const here = document.querySelector("meta[name=person]");
  const bearer = document.querySelector("[data-kept-for]")?.dataset.keptFor; // whose letter led here
  const people = [here?.content, bearer].filter(Boolean);
  tryToForget(here?.content ? people : null);
  if (here) each("form[data-sign-out]", (form) => form.addEventListener("submit", () => tryToForget([])));
  if (here && "caches" in window) {
    keepOnlyFor(people).catch(() => {});
    each("form[data-sign-out]", (form) => form.addEventListener("submit", () => keepOnlyFor([]).catch(() => {})));
  }

  /* Save as you go: one form, posted whole, shortly after each change; the last answer wins. */
  const saveAsYouGo = (form) => {
    const status = form.querySelector("[data-save-status]");
    const words = { saved: status?.dataset.saved || "✓", failed: status?.dataset.failed || "!" };
    let timer = 0;
    let running = null;
    const save = async () => {
      running?.abort();
      running = new AbortController();
      try {
        const answer = await fetch(form.dataset.save, {
          method: "POST",
          body: new FormData(form),
          headers: { "X-Requested-With": "save" },
          signal: running.signal,
        });
        if (!answer.ok) throw new Error(String(answer.status));
        dirty.delete(form);
        if (status) status.textContent = words.saved;
      } catch (problem) {
        if (problem.name === "AbortError") return;
        if (status) status.textContent = words.failed;
        timer = setTimeout(save, 5000);
      }
    };
    form.addEventListener("input", () => {
      dirty.add(form);
      clearTimeout(timer);
      timer = setTimeout(save, 400);
    });
    form.addEventListener("submit", () => {
      clearTimeout(timer);
      running?.abort();
    });
  };

  const grow = (area) => {
    area.style.height = "auto";
    area.style.height = `${area.scrollHeight + 4}px`;
  };

  const copy = async (button) => {
    const input = document.getElementById(button.dataset.copy);
    try {
      await navigator.clipboard.writeText(input.value);
    } catch {
      input.select();
      document.execCommand("copy");
    }
    const label = button.querySelector("span");
    const before = label.textContent;
    label.textContent = button.dataset.copied;
    setTimeout(() => (label.textContent = before), 2000);
  };

  /* What must be done for every part of a page, at its arrival and after each htmx swap. */
  const dress = (within) => {
    each("form[data-guard]", (form) => form.addEventListener("input", () => dirty.add(form)), within);
    each("form[data-dirty]", (form) => dirty.add(form), within);
    each("form[data-save]", saveAsYouGo, within);
    each("textarea[data-autosize]", (area) => {
      if (CSS.supports("field-sizing", "content")) return;
      area.addEventListener("input", () => grow(area));
      if (area.value) grow(area);
    }, within);
    each("[data-copy]", (button) => {
      button.hidden = false;
      button.addEventListener("click", () => copy(button));
    }, within);
    each("[data-submit-on-change]", (field) => field.addEventListener("change", () => field.form.requestSubmit()), within);
    focusFirstWrong(within);
  };
  dress(document);
  document.addEventListener("htmx:load", (event) => {
    if (event.detail.elt !== document.body) dress(event.detail.elt.parentElement || document);
  });
})();
