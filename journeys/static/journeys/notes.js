/* Observations: kept on this phone until the server has accepted them, each with a key made here; the page itself is
   kept by the worker. Works without. */
(() => {
  "use strict";
  const form = document.querySelector("form[data-notes]");
  if (!form) return;
  const place = `jalon.notes.${form.dataset.notes}`; // one person, one stay
  const text = form.elements.text;
  const status = form.querySelector("[data-notes-status]");
  const waiting = document.querySelector("[data-notes-waiting]");
  const kept = document.querySelector("[data-notes-kept]");
  const offline = document.querySelector("[data-notes-offline]");
  let isCut = "lastSeen" in document.documentElement.dataset; // the server could not be reached
  const read = () => {
    try {
      return JSON.parse(localStorage.getItem(place)) || [];
    } catch {
      return [];
    }
  };
  const write = (notes) => localStorage.setItem(place, JSON.stringify(notes));
  const makeKey = () => {
    if (crypto.randomUUID) return crypto.randomUUID();
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  };
  const line = (words, when) => {
    const item = document.createElement("li");
    const said = item.appendChild(document.createElement("span"));
    said.textContent = words;
    if (when) {
      const below = item.appendChild(document.createElement("p"));
      below.className = "soft";
      below.textContent = when;
    }
    return item;
  };
  const show = () => {
    const notes = read();
    offline.hidden = navigator.onLine && !isCut;
    offline.querySelector("[data-notes-count]").textContent = notes.length;
    waiting.hidden = !notes.length;
    waiting.querySelector("ul").replaceChildren(...notes.map((note) => line(note.text, note.refused)));
  };

  /* One note: true once the server says that it keeps it, false when it can't for now. */
  const send = async (note) => {
    const body = new FormData();
    for (const name of ["key", "text", "noted_at", "question"]) if (note[name]) body.append(name, note[name]);
    body.append("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    const answer = await fetch(location.pathname, {
      method: "POST", body, redirect: "manual", headers: { "X-Requested-With": "note" },
    });
    if (answer.type === "opaqueredirect" || answer.status === 403) throw new Error("signed out");
    const said = await answer.json();
    if (said.kept !== note.key) return said.refused || String(answer.status);
    document.querySelector("[data-notes-none]")?.remove();
    kept.prepend(line(said.text, said.when));
    return "";
  };

  let busy = false;
  const flush = async () => {
    if (busy) return;
    busy = true;
    const tried = new Set();
    const next = () => read().find((one) => !tried.has(one.key)); // one may be added meanwhile
    try {
      for (let note = next(); note; note = next()) {
        tried.add(note.key);
        const refused = await send(note);
        isCut = false;
        write(read().map((one) => (one.key === note.key ? { ...one, refused } : one)).filter((one) => one.refused !== ""));
        status.textContent = refused || form.dataset.sent;
      }
    } catch (error) {
      isCut = error.message !== "signed out";
      status.textContent = isCut ? form.dataset.waiting : form.dataset.signedOut;
    }
    busy = false;
    show();
    if (tried.size && !isCut) document.dispatchEvent(new Event("kept:changed"));
  };

  form.addEventListener("submit", (event) => {
    if (!text.value.trim()) {
      event.preventDefault();
      status.textContent = form.dataset.empty;
      text.focus();
      return;
    }
    const note = {
      key: makeKey(), text: text.value.trim(), noted_at: new Date().toISOString(),
      question: form.elements.question?.value || "",
    };
    try {
      write([...read(), note]);
    } catch {
      return; // nothing can be kept here: the form goes the plain way
    }
    event.preventDefault();
    text.value = "";
    localStorage.removeItem(`${place}.draft`);
    show();
    text.focus();
    flush();
  });

  /* What is being typed survives a closed page. */
  try {
    if (!text.value) text.value = localStorage.getItem(`${place}.draft`) || "";
    text.addEventListener("input", () => localStorage.setItem(`${place}.draft`, text.value));
  } catch {
    // this browser keeps nothing
  }
  addEventListener("offline", show);
  addEventListener("online", () => {
    isCut = false;
    flush();
  });
  document.addEventListener("visibilitychange", () => document.hidden || flush());
  setInterval(() => read().length && flush(), 20000);
  show();
  if (read().length) flush();
})();
