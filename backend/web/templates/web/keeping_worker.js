/* Pages without network: the last copy seen of each and of what it loads, for the person it was shown to.
   `X-Kept-For` says whose page it is, `X-Kept-Seconds` for how long; the copies of one person at a time are kept.
   Everything else goes its way. */
"use strict";
const PAGES = /{{ pages|safe }}/;
const KEPT = "jalon.{{ name }}.";

const every = async (name, does) => {
  for (const one of await caches.keys()) if (one.startsWith(name)) await does(await caches.open(one), one);
};
const forget = (but = "") => every(KEPT, (_cache, name) => name !== but && caches.delete(name));
const drop = (url) => every(KEPT, (cache) => cache.delete(url));
const isOver = (copy) => !(Number(copy.headers.get("X-Kept-Until")) > Date.now());
const dated = async (answer) => {
  const headers = new Headers(answer.headers);
  headers.set("X-Kept-Until", Date.now() + 1000 * answer.headers.get("X-Kept-Seconds"));
  return new Response(await answer.blob(), { headers });
};
const isPage = (url) => PAGES.test(new URL(url).pathname);
const sweep = () => every(KEPT, async (cache) => {
  for (const { url } of await cache.keys()) if (isPage(url) && isOver(await cache.match(url))) await cache.delete(url);
});

/* What the server has just answered for this page: kept, or not to be kept any more. */
const note = async (url, answer) => {
  const person = answer.headers.get("X-Kept-For");
  if (answer.ok && person) {
    await forget(KEPT + person);
    await (await caches.open(KEPT + person)).put(url, await dated(answer));
  } else if (answer.type === "opaqueredirect" || answer.redirected) {
    await forget(); // signed out
  } else if (answer.ok || answer.status === 403 || answer.status === 404) {
    await drop(url);
  }
  await sweep();
};

const lastSeen = async (url) => {
  await sweep();
  const copy = await caches.match(url);
  if (!copy) return Response.error();
  const text = await copy.text();
  return new Response(text.replace("<html ", "<html data-last-seen "), { headers: copy.headers });
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

/* What was typed is sent: the copy of the page that asked for it is of no use any more. */
const sent = async (event, url) => {
  const answer = await fetch(event.request);
  if (answer.type === "opaqueredirect") event.waitUntil(drop(url));
  return answer;
};

const part = async (request) => {
  try {
    return await fetch(request);
  } catch {
    return (await caches.match(request.url)) || Response.error();
  }
};

/* The page as it is now, those that come with it and are not kept yet, and what they load; what an older one loaded is
   let go. */
const keep = async (url, more, parts) => {
  if (url) await note(url, await fetch(url, { redirect: "manual" }));
  for (const one of more.filter((other) => other !== url)) {
    if (await caches.match(one)) continue;
    const answer = await fetch(one, { redirect: "manual" });
    if (answer.ok) await note(one, answer);
  }
  await every(KEPT, async (cache) => {
    for (const { url: one } of await cache.keys()) if (!isPage(one) && !parts.includes(one)) await cache.delete(one);
    for (const one of parts) if (!(await cache.match(one))) await cache.add(one);
  });
};

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim().then(sweep)));
addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== location.origin) return;
  const address = url.origin + url.pathname;
  if (request.mode === "navigate" && PAGES.test(url.pathname)) {
    if (request.method === "GET") event.respondWith(page(event, address));
    else if (request.method === "POST") event.respondWith(sent(event, address));
  } else if (request.method === "GET" && ["style", "script", "image"].includes(request.destination)) {
    event.respondWith(part(request));
  }
});
addEventListener("message", (event) => {
  event.waitUntil(keep(event.data.page, event.data.more, event.data.parts).catch(() => 0)); // without network the last copy stays
});
