// "Use the photo's place": puts the pin where the photo was taken, and asks no more.
export function mount(part) {
  part.addEventListener("click", (event) => {
    const button = event.target.closest("[data-photo-lon]");
    if (!button) return;
    event.preventDefault();
    const { photoLon, photoLat } = button.dataset;
    const detail = { lon: Number(photoLon), lat: Number(photoLat), accuracy: "" };
    part.dispatchEvent(new CustomEvent("place-found", { detail, bubbles: true }));
    button.closest(".photo-place").remove();
  });
}
