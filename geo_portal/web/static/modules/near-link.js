/** A link to what is near: asks the device where it is first, and goes there with the answer. */

export function mount(link) {
  if (!navigator.geolocation) return;
  link.addEventListener("click", (event) => {
    event.preventDefault();
    link.setAttribute("aria-busy", "true");
    const go = (place) => {
      const address = new URL(link.href);
      if (place) {
        address.searchParams.set("lon", place.coords.longitude.toFixed(4));
        address.searchParams.set("lat", place.coords.latitude.toFixed(4));
      }
      location.assign(address);
    };
    const silent = () => {
      const address = new URL(link.href);
      if (address.searchParams.get("show") === "fixed") return go(null);
      link.removeAttribute("aria-busy");
      document.querySelector("[data-near-said]").hidden = false;
      return undefined;
    };
    navigator.geolocation.getCurrentPosition(go, silent, { timeout: 8000, maximumAge: 300000 });
  });
}
