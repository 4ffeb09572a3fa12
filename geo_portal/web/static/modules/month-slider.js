// Slides through the months: the name follows the hand, the map the release.
export function mount(element) {
  const slide = element.querySelector("input");
  const name = element.querySelector("output");
  const months = JSON.parse(element.dataset.months);
  const shown = () => months[slide.valueAsNumber];
  element.hidden = false;
  slide.addEventListener("input", () => {
    name.value = shown().name;
    slide.setAttribute("aria-valuetext", shown().name);
  });
  slide.addEventListener("change", () => {
    const address = new URL(location);
    address.searchParams.set("since", shown().since);
    address.searchParams.set("until", shown().until);
    location.assign(address);
  });
}
