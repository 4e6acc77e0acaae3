/* The log of a session: what is typed is saved every few seconds, kept on this device while the network is down, and
   never put over what another device saved. Counts seconds, taps and keystrokes, never what they were. Works without. */
(() => {
  "use strict";
  const desk = document.querySelector("[data-log]");
  if (!desk) return;
  const place = `jalon.log.${desk.dataset.log}`; // one person, one session
  const form = document.getElementById("log-details");
  const state = desk.querySelector("[data-log-state]");
  const saved = desk.querySelector("[data-log-saved]");
  const crossed = desk.querySelector("[data-log-crossed]");
  const HIDDEN = ["csrfmiddlewaretoken", "once", "act", "seen", "revision", "seconds", "taps", "keys", "crossed", "resolve"];
  const PAUSE = 2500; // milliseconds without typing before it is saved
  const AGAIN = 10000; // milliseconds before another try
  const cost = { taps: 0, keys: 0 };
  document.addEventListener("pointerdown", () => cost.taps++, true);
  document.addEventListener("keydown", (event) => event.key.length < 9 && !/^(Shift|Control|Alt|Meta|Tab)$/.test(event.key) && cost.keys++, true);
  const measure = (sent) => {
    if (!sent.elements.seconds) return;
    sent.elements.seconds.value = Math.round(performance.now() / 1000);
    sent.elements.taps.value = cost.taps;
    sent.elements.keys.value = cost.keys;
  };
  const read = () => {
    try {
      return JSON.parse(localStorage.getItem(place)) || {};
    } catch {
      return {};
    }
  };
  const write = (what) => {
    try {
      const all = { ...read(), ...what };
      if (!desk.dataset.seconds) delete all.until;
      else if (!wasCut || !all.until) all.until = Date.now() + 1000 * desk.dataset.seconds; // as long as the link
      if (all.fields || all.queued) localStorage.setItem(place, JSON.stringify(all));
      else localStorage.removeItem(place);
      return true;
    } catch {
      return false; // this browser keeps nothing
    }
  };
  const wasCut = "lastSeen" in document.documentElement.dataset; // the page as it was seen before the network went
  const cut = wasCut ? desk.dataset.lastSeen : desk.dataset.waiting;
  const say = (words) => (state.textContent = words);

  /* What the form holds, as the draft keeps it: {name: [values]}; empty ones left out, as is what nobody has touched. */
  const typed = () => {
    const all = {};
    for (const [name, value] of new FormData(form)) {
      if (HIDDEN.includes(name) || !value) continue;
      (all[name] ||= []).push(value);
    }
    return all;
  };
  const fill = (fields) => {
    for (const one of form.elements) {
      if (!one.name || HIDDEN.includes(one.name)) continue;
      const values = fields[one.name] || [];
      const isBox = one.type === "checkbox" || one.type === "radio";
      if (isBox) one.checked = values.includes(one.value);
      else one.value = values[0] || "";
      const isNew = isBox ? one.checked && !one.defaultChecked : one.value && one.value !== one.defaultValue;
      for (let fold = isNew && one.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
      if (one.dataset && "autosize" in one.dataset) one.dispatchEvent(new Event("input"));
    }
  };
  const isSame = (one, other) => JSON.stringify(Object.entries(one).sort()) === JSON.stringify(Object.entries(other).sort());

  const post = (body) =>
    fetch(location.pathname, { method: "POST", body, redirect: "manual", headers: { "X-Requested-With": "log" } });

  /* A tap made without network waits here, and is sent once it is back. */
  let busy = false;
  const flush = async () => {
    const { queued } = read();
    if (!queued || busy) return;
    busy = true;
    try {
      const body = new FormData();
      for (const [name, value] of queued) body.append(name, value);
      body.set("csrfmiddlewaretoken", desk.querySelector("[name=csrfmiddlewaretoken]").value);
      const answer = await post(body);
      if (answer.type === "opaqueredirect") {
        localStorage.removeItem(place);
        say(desk.dataset.sent);
        location.reload();
        return;
      }
      write({ queued: null }); // the server has something to say: the page shows what was typed, to be sent by hand
      say(desk.dataset.signedOut);
      location.reload();
    } catch {
      say(desk.dataset.queued);
    }
    busy = false;
  };
  for (const one of desk.querySelectorAll("form")) {
    one.addEventListener("submit", (event) => {
      measure(one);
      clearTimeout(timer);
      // A draft on its way is older than what is sent now: the one that it becomes is thrown away as well.
      if (saving && one === form) form.elements.revision.value = Number(form.elements.revision.value) + 1;
      if (navigator.onLine && event.submitter?.value === "discard") {
        localStorage.removeItem(place); // thrown away here too
        return;
      }
      if (navigator.onLine) {
        write({ fields: one === form ? typed() : read().fields, sending: one === form });
        return;
      }
      const queued = [...new FormData(one)].filter(([, value]) => typeof value === "string");
      if (!write({ queued, ...(one === form && { fields: typed() }) })) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      say(desk.dataset.queued);
    });
  }

  /* Autosave. */
  let timer = 0;
  let saving = false;
  let other = null; // what another device has saved
  const save = async () => {
    clearTimeout(timer);
    if (saving) {
      timer = setTimeout(save, PAUSE); // one at a time: else this device would be taken for two
      return;
    }
    const body = new FormData(form);
    body.set("act", "draft");
    write({ fields: typed(), revision: form.elements.revision.value });
    saving = true;
    try {
      const answer = await post(body);
      if (answer.type === "opaqueredirect" || answer.status === 403) throw new Error("signed out");
      const said = await answer.json();
      if (answer.status === 409) {
        cross(said);
        return;
      }
      if (said.refused) {
        saved.textContent = said.refused; // the server keeps no such draft; this device does
        return;
      }
      if (!answer.ok) throw new Error("refused");
      form.elements.revision.value = said.revision;
      saved.textContent = said.said;
      write({ fields: typed(), revision: said.revision });
      if (!read().queued) say("");
    } catch (problem) {
      saved.textContent = "";
      say(problem.message === "signed out" ? desk.dataset.signedOut : cut);
      timer = setTimeout(save, AGAIN);
    } finally {
      saving = false;
    }
  };
  const soon = () => {
    write({ fields: typed() });
    clearTimeout(timer);
    if (!other) timer = setTimeout(save, PAUSE);
  };

  /* Two devices: both texts are shown; whoever types keeps one, or both. */
  const cross = (said) => {
    if (!Object.keys(said.fields).length) {
      form.elements.revision.value = said.revision; // the link is not told the other text: hers is added to the log
      other = null;
      say(desk.dataset.elsewhere);
      return;
    }
    other = said;
    crossed.querySelector("[data-log-other-said]").textContent = said.said;
    const shown = crossed.querySelector("[data-log-other]");
    shown.replaceChildren();
    for (const [name, values] of Object.entries(said.fields)) {
      const box = form.elements[name];
      if (!box || (box.type !== "textarea" && box.type !== "text") || box.value === values[0]) continue;
      const line = shown.appendChild(document.createElement("blockquote"));
      line.textContent = values[0];
    }
    crossed.hidden = false;
    crossed.scrollIntoView({ block: "nearest" });
  };
  const choose = (which) => {
    const mine = typed();
    if (which === "theirs") fill(other.fields);
    if (which === "both") {
      const both = { ...other.fields, ...mine };
      for (const name of Object.keys(other.fields)) {
        const box = form.elements[name];
        if (mine[name] && box.type === "textarea" && mine[name][0] !== other.fields[name][0]) {
          both[name] = [`${other.fields[name][0]}\n\n${mine[name][0]}`];
        } else if (mine[name] && box.length && !box.type) {
          both[name] = [...new Set([...other.fields[name], ...mine[name]])];
        }
      }
      fill(both);
    }
    form.elements.revision.value = other.revision;
    other = null;
    crossed.hidden = true;
    save();
  };

  if (form) {
    const shown = typed();
    const kept = read();
    const isBack = desk.dataset.act === "details"; // with a reason: what is in the form is not kept yet
    if (isBack) {
      write({ sending: false });
      soon();
    } else if (kept.sending && !wasCut) write({ fields: null, sending: false });
    else if (kept.fields && !isSame(kept.fields, shown)) {
      const theirs = { fields: shown, revision: form.elements.revision.value, said: "" };
      const isNewer = String(kept.revision ?? 0) === form.elements.revision.value;
      fill(kept.fields);
      say(desk.dataset.restored);
      if (wasCut) form.elements.revision.value = kept.revision ?? form.elements.revision.value;
      if (wasCut || isNewer || !Object.keys(shown).some((name) => /text|summary|note/.test(name))) soon();
      else cross(theirs);
    }
    form.addEventListener("input", soon);
    form.addEventListener("change", soon);
    crossed.querySelectorAll("[data-log-choose]").forEach((one) => one.addEventListener("click", () => choose(one.dataset.logChoose)));
  } else if (read().sending && !wasCut) write({ fields: null, sending: false });
  if (wasCut) say(cut);
  addEventListener("online", () => {
    flush();
    if (form && read().fields && !read().queued && !other) save();
  });
  document.addEventListener("visibilitychange", () => document.hidden || flush());
  setInterval(flush, 20000);
  if (read().queued) {
    say(desk.dataset.queued);
    flush();
  }
})();
