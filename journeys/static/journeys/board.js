/* Ticking rows of the board: one box for all of the page, and how many are ticked. Works without. */
(() => {
  "use strict";
  const form = document.querySelector("[data-ticks]");
  if (!form) return;
  const boxes = [...form.querySelectorAll('input[name="pick"]')];
  const every = form.querySelector("[data-tick-every]");
  const title = form.querySelector("[data-ticked]");
  const before = title.textContent;
  const all = form.querySelector('input[name="all"]');
  const show = () => {
    const count = boxes.filter((box) => box.checked).length;
    title.textContent = count && !all?.checked ? `${before} (${count})` : before;
    every.checked = count === boxes.length;
    every.indeterminate = count > 0 && count < boxes.length;
  };
  every.closest("[hidden]").hidden = false;
  every.addEventListener("change", () => {
    boxes.forEach((box) => (box.checked = every.checked));
    show();
  });
  form.addEventListener("change", show);
  addEventListener("pageshow", show);
})();
