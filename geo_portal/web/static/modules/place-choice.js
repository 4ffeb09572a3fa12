// A list of found places: choosing one puts the pin there.
export function mount(list) {
  list.addEventListener("click", (event) => {
    const place = event.target.closest("[data-lon]");
    if (!place) return;
    event.preventDefault();
    const { lon, lat, accuracy } = place.dataset;
    const detail = { lon: Number(lon), lat: Number(lat), accuracy };
    list.dispatchEvent(new CustomEvent("place-found", { detail, bubbles: true }));
    for (const other of list.querySelectorAll("[data-lon]")) {
      other.classList.toggle("chip-on", other === place);
    }
  });
}
