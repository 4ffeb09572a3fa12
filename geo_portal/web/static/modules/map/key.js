// The key to what the map shows: the four lights, or classes with their colours.
const SVG = "http://www.w3.org/2000/svg";

export class Key {
  constructor(element) {
    this.element = element;
    this.lights = [...element.children];
  }

  show(code) {
    if (code === "cases") this.element.replaceChildren(...this.lights);
    else this.element.replaceChildren();
  }

  classes(title, colours, labels) {
    const list = document.createElement("ul");
    list.className = "legend";
    const head = document.createElement("li");
    head.className = "key-title";
    head.textContent = title;
    list.append(head, ...colours.map((colour, i) => this.one(colour, labels[i])));
    this.element.replaceChildren(list);
  }

  one(colour, label) {
    const item = document.createElement("li");
    item.className = "key-class";
    const box = document.createElementNS(SVG, "svg");
    const fill = document.createElementNS(SVG, "rect");
    box.setAttribute("aria-hidden", "true");
    fill.setAttribute("width", "100%");
    fill.setAttribute("height", "100%");
    fill.setAttribute("fill", colour);
    box.append(fill);
    item.append(box, label);
    return item;
  }
}
