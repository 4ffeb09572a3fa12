// Without network: says where the report would go, keeps it, and sends it when the network is back.
import { forget } from "./draft.js";
import { answerInto } from "./offline-answer.js";
import { isReachable, prepare } from "./offline-page.js";
import { put, send, waiting } from "./outbox.js";

export function mount(box) {
  const form = box.closest("form");
  const { wordKept, wordSent, wordRefused, wordWaiting } = box.dataset;
  const said = box.querySelector("[data-said]");
  const list = box.querySelector("[data-sent]");
  let probed = false;
  prepare();
  tellWaiting();

  form.addEventListener("submit", async (event) => {
    const isSend = (event.submitter?.value ?? "send") === "send";
    if (probed || !isSend) return void (probed = false);
    event.preventDefault();
    if (await isReachable()) {
      probed = true;
      return form.requestSubmit(event.submitter);
    }
    if (!form.elements.description.value.trim()) return form.elements.description.focus();
    await put(form);
    forget();
    form.reset();
    show(wordKept);
  });
  window.addEventListener("online", flush);
  for (const kind of ["input", "change", "place-changed"]) form.addEventListener(kind, answer);
  form.addEventListener("htmx:sendError", () => answerInto(box, form));
  // Something may have been written before this was loaded, or be left from another day.
  if (form.elements.description.value || form.elements.lon.value) answer();
  flush();

  function answer() {
    if (!navigator.onLine) answerInto(box, form);
  }

  async function flush() {
    if (!navigator.onLine) return;
    await send((path) => {
      list.append(Object.assign(document.createElement("a"), { href: path, textContent: path }));
      show(wordSent);
    });
    await tellWaiting();
  }

  async function tellWaiting() {
    const left = await waiting();
    if (left.some(({ refused }) => refused)) show(wordRefused);
    else if (left.length) show(wordWaiting.replace("{many}", left.length));
  }

  function show(words) {
    box.hidden = false;
    said.textContent = words;
  }
}
