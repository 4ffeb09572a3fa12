// Keeps the parts marked data-live as they are on the server: asks again when something happened.
const LOOK_EVERY_MS = 4_000;
// Deadlines pass and "3 minutes ago" grows old without anything happening.
const AT_LEAST_EVERY_MS = 60_000;

export function mount(page) {
  let latest = null;
  let asked = Date.now();
  let asking = false;

  async function look() {
    if (document.hidden || asking) return;
    asking = true;
    const reply = await fetch(page.dataset.pulse).catch(() => null);
    const now = reply?.ok ? (await reply.json()).latest : latest;
    const happened = latest !== null && now !== latest;
    latest = now;
    if (happened || Date.now() - asked > AT_LEAST_EVERY_MS) await refresh();
    asking = false;
  }

  async function refresh() {
    asked = Date.now();
    const reply = await fetch(location.href).catch(() => null);
    if (!reply?.ok) return;
    const fresh = new DOMParser().parseFromString(await reply.text(), "text/html");
    for (const part of page.querySelectorAll("[data-live]")) {
      const found = fresh.getElementById(part.id);
      if (found) replace(part, found);
    }
    document.dispatchEvent(new CustomEvent("parts-refreshed"));
  }

  setInterval(look, LOOK_EVERY_MS);
  document.addEventListener("visibilitychange", look);
  look();
}

// What the server said last; the page's own copy changes when somebody opens a definition.
const before = new WeakMap();

function replace(part, fresh) {
  const now = fresh.innerHTML;
  if (now === (before.get(part) ?? part.innerHTML)) return;
  before.set(part, now);
  const focus = part.contains(document.activeElement) ? way(document.activeElement) : null;
  const open = [...part.querySelectorAll("details[open]")].map((one) => one.id);
  part.replaceChildren(...fresh.childNodes);
  for (const id of open) document.getElementById(id)?.setAttribute("open", "");
  if (focus) part.querySelector(focus)?.focus({ preventScroll: true });
}

// How to find the same link or summary again in a fresh copy of the part.
function way(element) {
  if (element.matches("a[href]")) return `a[href="${CSS.escape(element.getAttribute("href"))}"]`;
  return `#${CSS.escape(element.closest("[id]").id)} ${element.localName}`;
}
