/* A page that may be shown again without network: its worker (`data-worker`) keeps it as the server has it now, and
   again after "kept:changed"; and those that come with it (`data-pages`) once. Works without. */
(() => {
  "use strict";
  const kept = document.querySelector("[data-worker]");
  const script = kept?.dataset.worker;
  if (!script || !navigator.serviceWorker) return;
  const keep = async (hasChanged) => {
    if (!navigator.onLine) return;
    const isSeen = navigator.serviceWorker.controller && !hasChanged; // it saw the answer pass
    await navigator.serviceWorker.register(script);
    const { active } = await navigator.serviceWorker.ready;
    const loads = document.querySelectorAll("link[rel=stylesheet], link[rel=icon], script[src]");
    const parts = [...loads].map((one) => one.href || one.src);
    const more = (kept.dataset.pages || "").split(" ").filter(Boolean).map((path) => location.origin + path);
    active.postMessage({ page: isSeen ? "" : location.origin + location.pathname, more, parts });
  };
  const tryToKeep = (hasChanged) => keep(hasChanged).catch(() => {}); // a browser may refuse to
  document.addEventListener("kept:changed", () => tryToKeep(true));
  if (!("lastSeen" in document.documentElement.dataset)) tryToKeep(false);
})();
