// "Use my position": asks the device once, says how exact the answer is, and puts the pin there.
export function mount(button) {
  const said = document.getElementById(button.getAttribute("aria-describedby"));
  const { words, wordLooking, wordDenied, wordUnknown } = button.dataset;
  if (!navigator.geolocation) return;
  button.hidden = false;

  button.addEventListener("click", () => {
    said.textContent = wordLooking;
    button.setAttribute("aria-busy", "true");
    navigator.geolocation.getCurrentPosition(found, failed, {
      enableHighAccuracy: true,
      timeout: 20_000,
      maximumAge: 30_000,
    });
  });

  function found({ coords }) {
    button.removeAttribute("aria-busy");
    const accuracy = Math.max(1, Math.round(coords.accuracy));
    said.textContent = words.replace("{metres}", accuracy);
    const detail = { lon: coords.longitude, lat: coords.latitude, accuracy };
    button.dispatchEvent(new CustomEvent("place-found", { detail, bubbles: true }));
  }

  function failed(error) {
    button.removeAttribute("aria-busy");
    said.textContent = error.code === error.PERMISSION_DENIED ? wordDenied : wordUnknown;
  }
}
