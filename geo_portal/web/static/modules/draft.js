// Keeps what is being written on this device until it has been sent.
const NAME = "geo-portal-draft";
const FIELDS = ["description", "lon", "lat", "accuracy_m", "contact"];

export function mount(form) {
  // What the server sent back, mistakes and all, is newer than the draft.
  if (form.dataset.draft !== "off") restore(form);
  const keep = () => {
    const draft = Object.fromEntries(FIELDS.map((name) => [name, form.elements[name].value]));
    try {
      localStorage.setItem(NAME, JSON.stringify({ ...draft, at: Date.now() }));
    } catch {
      // Private windows refuse; then there is no draft, and nothing else is lost.
    }
  };
  // On a slow phone somebody may have begun to write before this module arrived.
  if (form.elements.description.value) keep();
  form.addEventListener("input", keep);
  form.addEventListener("place-changed", keep);
}

function restore(form) {
  const draft = read();
  if (!draft?.description && !draft?.lon) return;
  for (const name of FIELDS) {
    if (!form.elements[name].value) form.elements[name].value = draft[name] ?? "";
  }
  form.querySelector("[data-draft-kept]").hidden = false;
  // The map and the card listen for these, and may be switched on after this module.
  setTimeout(() => form.dispatchEvent(new CustomEvent("place-changed", { bubbles: true })), 300);
}

function read() {
  try {
    const draft = JSON.parse(localStorage.getItem(NAME));
    const aWeek = 7 * 24 * 3600 * 1000;
    return draft && Date.now() - draft.at < aWeek ? draft : null;
  } catch {
    return null;
  }
}

export function forget() {
  try {
    localStorage.removeItem(NAME);
  } catch {
    // Nothing was kept, so there is nothing to forget.
  }
}
