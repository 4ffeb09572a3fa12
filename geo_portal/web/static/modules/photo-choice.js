// Shows the photos that were chosen before they are sent, and takes one back on request.
export function mount(field) {
  const input = field.querySelector("input[type=file]");
  const shown = field.querySelector("[data-chosen]");
  const { wordRemove } = field.dataset;

  function draw() {
    shown.replaceChildren(...[...input.files].map(preview));
  }

  function preview(file) {
    const item = document.createElement("li");
    const picture = new Image();
    picture.src = URL.createObjectURL(file);
    picture.alt = file.name;
    picture.onload = () => URL.revokeObjectURL(picture.src);
    const remove = document.createElement("button");
    remove.type = "button";
    remove.className = "photo-remove";
    remove.textContent = "×";
    remove.setAttribute("aria-label", `${wordRemove} ${file.name}`);
    remove.addEventListener("click", () => takeBack(file));
    item.append(picture, remove);
    return item;
  }

  function takeBack(file) {
    const rest = new DataTransfer();
    for (const other of input.files) if (other !== file) rest.items.add(other);
    input.files = rest.files;
    draw();
  }

  input.addEventListener("change", draw);
}
