// The call form by keyboard: / looks a caller up, w writes, Ctrl+Enter files.
export function mount(page) {
  const form = page.querySelector("#report");
  const where = page.querySelector("#places-found");
  if (!page.querySelector("[role=alert]")) page.querySelector("#who, #description")?.focus();

  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && form.contains(event.target)) {
      form.querySelector("button[value=send]").click();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, textarea, select")) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    const wanted = page.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    if (!wanted) return;
    event.preventDefault();
    wanted.focus();
  });
  // A place that was found fills in the numbers; choosing one files nothing yet.
  where.addEventListener("place-found", ({ detail }) => {
    form.elements.lon.value = detail.lon;
    form.elements.lat.value = detail.lat;
    form.elements.q.value = detail.name ?? form.elements.q.value;
    form.elements.lat.dispatchEvent(new Event("change", { bubbles: true }));
    where.replaceChildren();
  });
}
