// Draws rectangles on a photo: the number fields hold them, the overlay only shows what they say.
export function mount(form) {
  const picture = form.querySelector("[data-picture]");
  const shown = picture.querySelector("svg");
  const most = Number(form.dataset.most);
  const rows = () => [...form.querySelectorAll("[data-row]")];
  const fields = (row) => [...row.querySelectorAll("input")];
  let from = null;
  let current = null;

  function draw() {
    const rectangles = rows().map((row) => fields(row).map((field) => Number(field.value)));
    shown.replaceChildren(...rectangles.filter(([, , width, height]) => width && height).map(drawn));
  }

  function drawn([x, y, width, height]) {
    const rect = document.createElementNS(shown.namespaceURI, "rect");
    for (const [name, value] of Object.entries({ x, y, width, height })) rect.setAttribute(name, value);
    return rect;
  }

  function freeRow() {
    const free = rows().find((row) => fields(row).every((field) => !field.value));
    if (free || rows().length >= most) return free ?? rows().at(-1);
    const added = rows()[0].cloneNode(true);
    for (const field of fields(added)) field.value = "";
    const label = rows()[0].getAttribute("aria-label").replace(/\d+|[٠-٩۰-۹]+/, rows().length + 1);
    added.setAttribute("aria-label", label);
    rows().at(-1).after(added);
    return added;
  }

  function place(event) {
    const box = picture.getBoundingClientRect();
    const part = (at, start, size) => Math.min(100, Math.max(0, ((at - start) / size) * 100));
    return [part(event.clientX, box.left, box.width), part(event.clientY, box.top, box.height)];
  }

  function drag(event) {
    if (!from) return;
    const to = place(event);
    const corner = from.map((start, axis) => Math.min(start, to[axis]));
    const sides = from.map((start, axis) => Math.abs(start - to[axis]));
    fields(current).forEach((field, at) => (field.value = [...corner, ...sides][at].toFixed(1)));
    draw();
  }

  picture.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    picture.setPointerCapture(event.pointerId);
    [from, current] = [place(event), freeRow()];
  });
  picture.addEventListener("pointermove", drag);
  picture.addEventListener("pointerup", () => (from = null));
  form.addEventListener("input", draw);
  form.addEventListener("click", ({ target }) => {
    if (!target.closest("[data-empty]")) return;
    for (const field of fields(target.closest("[data-row]"))) field.value = "";
    draw();
  });
  draw();
}
