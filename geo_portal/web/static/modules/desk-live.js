// The queue renews itself: it asks now and then, and keeps what is ticked and where the focus is.
const EVERY_MS = 15_000;

export function mount(list) {
  const { address, cursor } = list.dataset;
  // Further pages stay as they are: rows must not wander away under the reader's eyes.
  if (cursor) return;
  let tag = "";
  const ask = async () => {
    if (document.hidden) return;
    const headers = tag ? { "If-None-Match": tag } : {};
    const reply = await fetch(address, { headers, cache: "no-store" }).catch(() => null);
    if (reply?.status !== 200 || reply.redirected) return;
    tag = reply.headers.get("ETag");
    renew(list, await reply.text());
  };
  setInterval(ask, EVERY_MS);
  document.addEventListener("visibilitychange", ask);
}

function renew(list, html) {
  const ticked = new Set([...list.querySelectorAll(":checked")].map((box) => code(box.value)));
  const focused = list.contains(document.activeElement) && document.activeElement;
  const row = focused && focused.closest("[data-row]")?.dataset.row;
  const kind = focused && focused.matches("a") ? "a" : "input";
  const open = list.querySelector(".queue-row-open")?.dataset.row;
  list.innerHTML = html;
  for (const box of list.querySelectorAll("input[name=chosen]")) box.checked = ticked.has(code(box.value));
  if (open) mark(list, open);
  if (open) tellOfChange(list, open);
  if (row) list.querySelector(`[data-row="${CSS.escape(row)}"] ${kind}`)?.focus({ preventScroll: true });
  list.dispatchEvent(new CustomEvent("queue-renewed", { bubbles: true }));
}

function mark(list, open) {
  const row = list.querySelector(`[data-row="${CSS.escape(open)}"]`);
  row?.classList.add("queue-row-open");
  row?.querySelector("a").setAttribute("aria-current", "page");
}

// Whoever is reading or writing is told, and loses nothing.
function tellOfChange(list, open) {
  const notice = document.querySelector("[data-changed]");
  const box = list.querySelector(`[data-row="${CSS.escape(open)}"] input`);
  const version = box?.value.split(".")[1];
  if (notice && version !== notice.dataset.changed) notice.hidden = false;
}

function code(value) {
  return value.split(".")[0];
}
