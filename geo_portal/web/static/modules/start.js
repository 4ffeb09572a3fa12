// Switches on what the page asks for: <div data-module="home-map"> runs mount() of home-map.js.
const running = new WeakSet();

async function switchOn(root) {
  const wanted = [...root.querySelectorAll("[data-module]")];
  if (root.matches?.("[data-module]")) wanted.push(root);
  for (const element of wanted) {
    if (running.has(element)) continue;
    running.add(element);
    for (const name of element.dataset.module.split(" ")) {
      const { mount } = await import(`./${name}.js`);
      mount(element);
    }
  }
}

switchOn(document);
// Parts that htmx brings in later may ask for modules too.
document.addEventListener("htmx:load", (event) => switchOn(event.detail.elt));
