// Search as you type: what is found so far under the box, walked through with the arrow keys.
const WAIT_MS = 150;

export function mount(form) {
  const box = form.querySelector("input[type=search]");
  const list = form.querySelector("[data-found-here]");
  const said = form.querySelector("[data-found-said]");
  let turn = 0;
  let timer;

  async function look() {
    const typed = box.value.trim();
    const mine = ++turn;
    if (typed.length < 2) return hide();
    const asked = `${form.dataset.found}?q=${encodeURIComponent(typed)}`;
    const reply = await fetch(asked).catch(() => null);
    const html = reply?.ok ? await reply.text() : "";
    if (mine !== turn || document.activeElement !== box) return;
    list.replaceChildren(...new DOMParser().parseFromString(html, "text/html").body.childNodes);
    list.hidden = !list.querySelector("a");
    said.textContent = list.hidden ? "" : said.dataset.words;
  }

  function hide() {
    list.hidden = true;
    said.textContent = "";
  }

  box.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(look, WAIT_MS);
  });
  form.addEventListener("keydown", (event) => {
    if (list.hidden) return;
    if (event.key === "Escape") {
      box.focus();
      hide();
    }
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    const stops = [box, ...list.querySelectorAll("a")];
    const to = stops.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1);
    stops[Math.max(0, Math.min(stops.length - 1, to))].focus();
    event.preventDefault();
  });
  form.addEventListener("focusout", (event) => {
    if (!form.contains(event.relatedTarget)) hide();
  });
  form.addEventListener("submit", () => ++turn);
}
