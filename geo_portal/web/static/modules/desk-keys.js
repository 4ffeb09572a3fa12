// The desk by keyboard: j and k walk the queue, letters press what bears them as data-key.
export function mount(desk) {
  const help = document.getElementById("keys");
  const button = desk.querySelector("[data-keys-help]");
  button.hidden = false;
  button.addEventListener("click", () => help.showModal());
  desk.querySelector("[aria-current=page]")?.closest("li")?.scrollIntoView({ block: "nearest" });
  const fields = [...document.querySelectorAll("#step :is(textarea, input:not([type=hidden]), select)")];
  (fields.find((field) => field.closest(".field-wrong")) ?? first(fields))?.focus();

  document.addEventListener("keydown", (event) => {
    const { key, target } = event;
    if (key === "Enter" && (event.ctrlKey || event.metaKey)) {
      target.closest("form")?.querySelector("button[value=next]")?.click();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || help.open) return;
    if (target.closest("input:not([type=checkbox]), textarea, select")) {
      if (key === "Escape") target.blur();
      return;
    }
    if (press(key)) event.preventDefault();
  });

  function press(key) {
    if (key === "j" || key === "ArrowDown") return walk(1);
    if (key === "k" || key === "ArrowUp") return walk(-1);
    if (key === "x") return tick();
    if (key === "?") return help.showModal(), true;
    const wanted = desk.querySelector(`[data-key="${CSS.escape(key)}"]`);
    if (!wanted) return false;
    wanted.focus();
    if (wanted.matches("a, button")) wanted.click();
    return true;
  }

  function walk(by) {
    const links = [...desk.querySelectorAll(".queue-link")];
    if (!links.length || !links[0].checkVisibility()) return false;
    const now = links.findIndex((link) => link === document.activeElement);
    const open = links.findIndex((link) => link.matches("[aria-current]"));
    const from = now >= 0 ? now : open >= 0 ? open : by > 0 ? -1 : 0;
    const next = links[Math.max(0, Math.min(links.length - 1, from + by))];
    next.focus();
    next.closest("li").scrollIntoView({ block: "nearest" });
    return true;
  }

  function tick() {
    document.activeElement.closest(".queue-row")?.querySelector("input[type=checkbox]").click();
    return true;
  }
}

// What is chosen comes before what is written; a text that a template filled in is looked at.
function first(fields) {
  const written = fields.find((field) => field.matches("textarea") && field.value);
  return written ?? fields.find((field) => !field.matches("[name=template]"));
}
