/* A page that may be shown again without network: its worker (`data-worker`) keeps it as the server has it now, and
   again after "kept:changed". Works without. */
(() => {
  "use strict";
  const script = document.querySelector("[data-worker]")?.dataset.worker;
  if (!script || !navigator.serviceWorker) return;
  const keep = async (hasChanged) => {
    if (!navigator.onLine) return;
    const isSeen = navigator.serviceWorker.controller && !hasChanged; // it saw the answer pass
    await navigator.serviceWorker.register(script);
    const { active } = await navigator.serviceWorker.ready;
    const loads = document.querySelectorAll("link[rel=stylesheet], link[rel=icon], script[src]");
    const parts = [...loads].map((one) => one.href || one.src);
    active.postMessage({ page: isSeen ? "" : location.origin + location.pathname, parts });
  };
  const tryToKeep = (hasChanged) => keep(hasChanged).catch(() => {}); // a browser may refuse to
  document.addEventListener("kept:changed", () => tryToKeep(true));
  if (!("lastSeen" in document.documentElement.dataset)) tryToKeep(false);
})();
