// Switches on what the page asks for: <div data-module="home-map"> runs mount() of home-map.js.
const running = new WeakSet();

async function switchOn(root) {
  const wanted = [...root.querySelectorAll("[data-module]")];
  if (root.matches?.("[data-module]")) wanted.push(root);
  for (const element of wanted) {
    if (running.has(element)) continue;
    running.add(element);
    // One that cannot be had, without network say, keeps none of the others away.
    for (const name of element.dataset.module.split(" ")) await mountOne(name, element).catch(reportError);
    // Until then its buttons do what they do without script.
    element.dataset.on = "";
  }
}

async function mountOne(name, element) {
  const { mount } = await import(`./${name}.js`);
  mount(element);
}

// One after the other: a second run would pass what the first still waits for, and a button could
// answer before the map that listens to it is there.
let turn = Promise.resolve();
function inTurn(root) {
  turn = turn.then(() => switchOn(root)).catch(reportError);
}

inTurn(document);
// Parts that htmx brings in later may ask for modules too.
document.addEventListener("htmx:load", (event) => inTurn(event.detail.elt));
