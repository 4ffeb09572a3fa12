// Sends a form with the place that "Near me" has found.
export function mount(form) {
  form.addEventListener("place-found", ({ detail }) => {
    form.elements.lon.value = detail.lon.toFixed(6);
    form.elements.lat.value = detail.lat.toFixed(6);
    form.requestSubmit();
  });
}
