/* A stay's notes page without network: the last copy seen of it and of what it loads, for the person it was shown to.
   Everything else goes its way. `X-Notes-Of` says whose page it is; the copies of one person at a time are kept. */
"use strict";
const NOTES = /^\/immersions\/\d+\/notes\/$/;
const KEPT = "jalon.notes.";
const LONGEST = 14 * 24 * 3600 * 1000; // as long as one stays signed in

const forget = async (but = "") => {
  for (const name of await caches.keys()) if (name.startsWith(KEPT) && name !== but) await caches.delete(name);
};

/* What the server has just answered for this page: kept, or no longer hers to read. */
const note = async (url, answer) => {
  const person = answer.headers.get("X-Notes-Of");
  if (answer.ok && person) {
    await forget(KEPT + person);
    await (await caches.open(KEPT + person)).put(url, answer);
  } else if (answer.type === "opaqueredirect" || answer.redirected) {
    await forget(); // signed out
  } else if (answer.status === 403 || answer.status === 404) {
    for (const name of await caches.keys()) if (name.startsWith(KEPT)) await (await caches.open(name)).delete(url);
  }
};

const lastSeen = async (url) => {
  const copy = await caches.match(url);
  if (!copy || Date.now() - Date.parse(copy.headers.get("Date")) > LONGEST) return Response.error();
  const text = await copy.text();
  return new Response(text.replace(" data-notes=", " data-last-seen data-notes="), { headers: copy.headers });
};

const page = async (event, url) => {
  let answer;
  try {
    answer = await fetch(event.request);
  } catch {
    return lastSeen(url);
  }
  event.waitUntil(note(url, answer.clone()));
  return answer;
};

const part = async (request) => {
  try {
    return await fetch(request);
  } catch {
    return (await caches.match(request.url)) || Response.error();
  }
};

/* The page as it is now, and what it loads; what an older one loaded is let go. */
const keep = async (url, parts) => {
  if (url) await note(url, await fetch(url, { redirect: "manual" }));
  for (const name of await caches.keys()) {
    if (!name.startsWith(KEPT)) continue;
    const cache = await caches.open(name);
    for (const { url: one } of await cache.keys()) {
      if (!NOTES.test(new URL(one).pathname) && !parts.includes(one)) await cache.delete(one);
    }
    for (const one of parts) if (!(await cache.match(one))) await cache.add(one);
  }
};

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim()));
addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (request.mode === "navigate" && NOTES.test(url.pathname)) event.respondWith(page(event, url.origin + url.pathname));
  else if (["style", "script", "image"].includes(request.destination)) event.respondWith(part(request));
});
addEventListener("message", (event) => {
  event.waitUntil(keep(event.data.page, event.data.parts).catch(() => 0)); // without network the last copy stays
});
