// Adds to a form where the device is, when the person ticks that; a position is good for one form.
export function mount(form) {
  const box = form.querySelector("[data-here]");
  if (!box || !navigator.geolocation) {
    box?.closest("label").remove();
    return;
  }
  const { lon, lat } = form.elements;
  const forget = () => {
    lon.value = lat.value = "";
    box.checked = false;
  };
  box.addEventListener("change", () => {
    if (!box.checked) return forget();
    const found = ({ coords }) => {
      lon.value = coords.longitude;
      lat.value = coords.latitude;
    };
    navigator.geolocation.getCurrentPosition(found, forget, { timeout: 10000 });
    return undefined;
  });
}
