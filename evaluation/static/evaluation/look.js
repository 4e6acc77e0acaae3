// The value of an indicator while it is typed: the same form is sent to be looked at, and its answer put in place.
(() => {
  const form = document.querySelector("form[data-look]");
  const place = document.getElementById("look");
  if (!form || !place) return;
  let waiting = 0;
  let asked = 0;
  const show = async () => {
    const turn = ++asked;
    const body = new FormData(form);
    body.set("look", "1");
    try {
      const answer = await fetch(location.href, { method: "POST", body, credentials: "same-origin" });
      if (!answer.ok) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const found = page.getElementById("look");
      if (found && turn === asked) place.replaceChildren(...found.childNodes);
    } catch {
      // No network: the button still asks.
    }
  };
  form.addEventListener("change", (event) => {
    if (!form.elements.measure.value || event.target.name.startsWith("title_")) return;
    clearTimeout(waiting);
    waiting = setTimeout(show, 300);
  });
})();
