/* Answers wait in this browser until the server has them: kept at each change, sent at once (words: when one pauses), and
   when the network is back, in the order they were given; of one question only the newest. Nothing waits once accepted.
   The server says what is asked next; this page only follows. Works without. */
(() => {
  "use strict";
  const PAUSE = 1200; // milliseconds without typing before words are sent
  const AGAIN = 10000; // milliseconds before another try
  const done = document.querySelector("[data-answers-done]");
  const desk = document.querySelector("[data-answers]");
  const wasCut = "lastSeen" in document.documentElement.dataset; // the page as it was seen before the network went
  const path = (text) => new URL(text, location.origin).pathname;

  /* Sent, refused or closed: neither answers nor pages of this questionnaire stay on this device. */
  const forget = async () => {
    localStorage.removeItem(`jalon.answers.${done.dataset.answersDone}`);
    for (const name of await caches.keys()) {
      if (!name.startsWith("jalon.asked.")) continue;
      const cache = await caches.open(name);
      for (const { url } of await cache.keys()) if (path(url).startsWith(done.dataset.start)) await cache.delete(url);
    }
  };
  if (done) forget().catch(() => {});
  if (!desk) return;

  const place = `jalon.answers.${desk.dataset.answers}`; // one person, one request
  const words = desk.dataset;
  const unsent = document.querySelector("[data-unsent]");
  const isForm = desk.tagName === "FORM";
  const questions = () => [...desk.querySelectorAll("[data-item]")];
  const questionOf = (element) => element.closest("[data-item]");
  const codeOf = (question) => question.dataset.item;
  const isAskedBy = (question, name) => [codeOf(question), `${codeOf(question)}-text`, `${codeOf(question)}-missing`].includes(name);
  const fieldsOf = (question) => [...question.querySelectorAll("input, textarea")].filter((one) => isAskedBy(question, one.name));

  /* --- What waits: {code: {at, fields: [[name, value], …]}}, the oldest first --- */
  let memory = null; // where this browser keeps nothing
  const read = () => {
    if (memory) return memory;
    try {
      return JSON.parse(localStorage.getItem(place))?.items || {};
    } catch {
      return {};
    }
  };
  const write = (items) => {
    try {
      const until = words.seconds ? Date.now() + 1000 * words.seconds : undefined; // as long as the link
      if (Object.keys(items).length) localStorage.setItem(place, JSON.stringify({ until, items }));
      else localStorage.removeItem(place);
    } catch {
      memory = items;
    }
  };
  const put = (question) => {
    const code = codeOf(question);
    const fields = fieldsOf(question)
      .filter((one) => one.type === "hidden" || (!["radio", "checkbox"].includes(one.type) ? true : one.checked))
      .map((one) => [one.name, one.value]);
    if (!fields.some(([name]) => name === code)) fields.unshift([code, ""]);
    const { [code]: _older, ...others } = read();
    write({ ...others, [code]: { at: Date.now(), fields } });
  };
  const count = () => Object.keys(read()).length;

  /* --- Nothing moves under a finger: what comes or goes above is scrolled away, else a tap would fall beside --- */
  const status = document.querySelector("#save-status");
  const topOf = (one) => one.getBoundingClientRect().top;
  const isInSight = ({ top, bottom }) => bottom > 0 && top < innerHeight;
  const isBelow = (one) => one?.isConnected && one.closest("main") && !one.contains(unsent) && !status?.contains(one);
  let touched = null;
  const steadily = (change) => {
    const marks = [touched, document.activeElement, ...questions()]
      .filter((one) => isBelow(one) && isInSight(one.getBoundingClientRect()))
      .map((one) => [one, topOf(one)]);
    change();
    const [mark, was] = marks.find(([one]) => one.isConnected) || [];
    if (!mark) return;
    if (status) {
      status.style.minHeight = "";
      const lacks = was - topOf(mark) - scrollY; // what the top of the page leaves no room to scroll back
      if (lacks > 0) status.style.minHeight = `${status.offsetHeight + lacks}px`;
    }
    scrollBy({ top: topOf(mark) - was, behavior: "instant" });
  };
  addEventListener("pointerdown", (event) => (touched = event.target), true);

  const say = (text) => {
    const said = text.replace("{n}", count());
    if (unsent.textContent !== said) steadily(() => (unsent.textContent = said));
  };

  /* --- Sending it --- */
  let busy = null;
  let timer = 0;
  const post = async (waiting) => {
    const body = new FormData();
    body.set("csrfmiddlewaretoken", document.querySelector("[name=csrfmiddlewaretoken]").value);
    if (isForm) body.set("section", words.section);
    questions().forEach((one) => body.append("shown", codeOf(one)));
    for (const [code, { at, fields }] of waiting) {
      fields.forEach(([name, value]) => body.append(name, value));
      body.set(`${code}-ago`, Math.max(0, Math.floor((Date.now() - at) / 1000))); // whole seconds, never more
    }
    const answer = await fetch(words.saveTo, { method: "POST", body, redirect: "manual", headers: { "X-Requested-With": "save" } });
    if (answer.type === "opaqueredirect" || [401, 403, 404].includes(answer.status)) return "gone";
    if (!answer.ok) throw new Error(String(answer.status));
    return answer.text();
  };
  const send = async () => {
    clearTimeout(timer);
    const waiting = Object.entries(read());
    if (!waiting.length) return true;
    try {
      const said = await post(waiting);
      if (said === "gone") {
        say(words.gone);
        return false;
      }
      const items = read();
      for (const [code, { at }] of waiting) {
        if (items[code]?.at === at) delete items[code];
        else if (items[code]) items[code].at = Date.now(); // changed meanwhile: newer than what the server has just kept
      }
      write(items);
      show(said, waiting.map(([code]) => code));
      say(unsent.textContent ? words.allSent : "");
    } catch {
      say(words.waiting);
      timer = setTimeout(flush, AGAIN);
      return false;
    }
    return count() ? send() : true;
  };
  const flush = () => (busy ||= send().finally(() => (busy = null))); // one at a time, in order
  const soon = (pause) => {
    clearTimeout(timer);
    timer = setTimeout(flush, pause);
  };

  /* --- What the server said --- */
  const refuse = (question, text) => {
    question.classList.toggle("is-wrong", Boolean(text));
    question.querySelector("[data-error]").textContent = text;
    if (text) question.setAttribute("aria-invalid", "true");
    else question.removeAttribute("aria-invalid");
  };
  const show = (html, codes) => {
    const said = new DOMParser().parseFromString(html, "text/html").querySelector("[data-saved]");
    if (!said) return;
    if (!isForm) {
      location.reload(); // the review, as it is now
      return;
    }
    if (said.dataset.next) words.next = said.dataset.next;
    steadily(() => putInPlace(said, codes));
  };
  const putInPlace = (said, codes) => {
    status.querySelector("progress").replaceWith(said.querySelector("progress"));
    status.className = said.querySelector("#save-status").className;
    status.querySelector("[data-status]").replaceChildren(...said.querySelector("[data-status]").childNodes);
    const others = follow(said);
    for (const question of questions()) {
      const refused = said.querySelector(`[data-refused="${codeOf(question)}"]`);
      if (refused || codes.includes(codeOf(question))) if (question.querySelector("[data-error]")) refuse(question, refused?.textContent || "");
    }
    keepLater(others ? 0 : 1500);
  };
  /* Questions that came or went; those that stay are not touched, nor is the focus, unless another device was there.
     True when any did: the page kept for when there is no network is then another one at once. */
  const follow = (said) => {
    const now = [...said.querySelectorAll("[data-item]")];
    if (!now.length) return false;
    const newer = said.dataset.newer.split(" ");
    const kept = new Map(questions().map((one) => [codeOf(one), one]));
    const others = now.length !== kept.size || now.some((one) => !kept.has(codeOf(one)));
    for (const [code, one] of kept) if (!now.some((other) => codeOf(other) === code)) one.remove();
    let before = null;
    for (const one of now) {
      let here = kept.get(codeOf(one));
      if (here && newer.includes(codeOf(one)) && !here.contains(document.activeElement)) {
        here.replaceWith(one);
        here = one;
      }
      if (!here) {
        here = one;
        if (before) before.after(one);
        else desk.querySelector("[data-lines]").prepend(one);
        dress(one);
      }
      before = here;
    }
    return others;
  };
  let later = 0;
  const keepLater = (wait) => {
    clearTimeout(later);
    later = setTimeout(() => document.dispatchEvent(new Event("kept:changed")), wait);
  };

  /* --- Answering --- */
  const fill = (question, fields) => {
    for (const one of fieldsOf(question)) {
      const values = fields.filter(([name]) => name === one.name).map(([, value]) => value);
      if (["radio", "checkbox"].includes(one.type)) one.checked = values.includes(one.value);
      else if (one.type !== "hidden") one.value = values[0] || "";
      measure(one);
    }
  };
  /* A box that goes with no other; “other: …” is ticked by its words; what is missing on purpose has no answer beside. */
  const agree = (question, field) => {
    const all = fieldsOf(question);
    const isMissing = field.name.endsWith("-missing");
    const is = (one) => one.type === "checkbox" && one !== field;
    if (isMissing && field.checked) {
      all.filter((one) => one !== field).forEach((one) => (one.type === "checkbox" || one.type === "radio" ? (one.checked = false) : one.type !== "hidden" && (one.value = "")));
    } else if (!isMissing && (field.checked || (field.type !== "checkbox" && field.value))) {
      all.filter((one) => is(one) && one.name.endsWith("-missing")).forEach((one) => (one.checked = false));
    }
    if (field.type === "checkbox" && field.checked && !isMissing) {
      const isAlone = "alone" in field.dataset;
      all.filter((one) => is(one) && (isAlone || "alone" in one.dataset)).forEach((one) => (one.checked = false));
    }
    if (field.name === `${codeOf(question)}-text` && field.value) {
      const box = question.querySelector("[data-words]");
      if (box && !box.checked) {
        box.checked = true;
        agree(question, box);
      }
    }
  };
  const measure = (field) => {
    const left = questionOf(field)?.querySelector("[data-signs]");
    if (left && field.maxLength > 0) left.textContent = left.dataset.signs.replace("{n}", field.maxLength - field.value.length);
  };
  const dress = (within) => within.querySelectorAll("[maxlength]").forEach(measure);

  desk.addEventListener("input", (event) => {
    const question = questionOf(event.target);
    if (!question) return;
    agree(question, event.target);
    measure(event.target);
    put(question);
    soon(["radio", "checkbox"].includes(event.target.type) ? 0 : PAUSE);
  });
  desk.addEventListener("change", () => count() && flush()); // words: the field is left

  /* --- Going on --- */
  const isKept = async (url) => "caches" in window && Boolean(await caches.match(new URL(url, location.origin).href));
  const leave = async (wanted) => {
    const isSent = await flush();
    const url = wanted();
    const wrong = desk.querySelector("[aria-invalid=true] :is(input, textarea)");
    if (isSent && wrong) wrong.focus();
    else if ((isSent && !wasCut && navigator.onLine) || (await isKept(url))) location.assign(url);
    else if (isSent && (await fetch(words.start, { method: "HEAD" }).then(() => true, () => false))) location.assign(url);
    else say(words.noNext);
  };
  const press = (button) => {
    const question = questionOf(button);
    fill(question, button.name === "keep" ? [...new URLSearchParams(button.dataset.keep)] : []);
    put(question);
    flush();
    (question.querySelector("input:checked") || question.querySelector("input:not([type=hidden]), textarea"))?.focus();
  };
  if (isForm) {
    desk.addEventListener("submit", (event) => {
      event.preventDefault();
      const name = event.submitter?.name;
      if (name === "clear" || name === "keep") press(event.submitter);
      else leave(() => (name === "back" ? words.back : words.next));
    });
  } else {
    for (const one of document.querySelectorAll("main form")) {
      one.addEventListener("submit", (event) => {
        if (navigator.onLine && !count()) return;
        event.preventDefault();
        event.stopImmediatePropagation();
        say(words.noSend);
        flush();
      });
    }
  }

  /* What was answered before this script was there, on a slow network, is kept like the rest. */
  const isGiven = (one) => (["radio", "checkbox"].includes(one.type) ? one.checked !== one.defaultChecked : one.type !== "hidden" && one.value !== one.defaultValue);
  const early = isForm ? questions().filter((one) => fieldsOf(one).some(isGiven)) : [];
  for (const question of early) {
    fieldsOf(question).filter(isGiven).forEach((one) => agree(question, one));
    put(question);
  }
  const waiting = read();
  for (const question of questions()) if (waiting[codeOf(question)]) fill(question, waiting[codeOf(question)].fields);
  dress(desk);
  if (wasCut) say(words.lastSeen);
  if (count()) {
    if (!wasCut) say(words.waits);
    flush();
  }
  addEventListener("online", flush);
  document.addEventListener("visibilitychange", () => document.hidden || flush());
})();
