// The list beside the map follows the map: the newest reports of what is in view.
export function mount(list) {
  let last = "";
  let turn = 0;
  document.addEventListener("map-moved", async ({ detail: bbox }) => {
    if (bbox === last) return;
    last = bbox;
    const mine = ++turn;
    const reply = await fetch(`${list.dataset.address}?bbox=${bbox}`).catch(() => null);
    if (reply?.ok && mine === turn) list.innerHTML = await reply.text();
  });
}
