// A fold that is closed on phones and stands open where there is room beside the map.
export function mount(element) {
  const wide = matchMedia("(min-width: 60rem)");
  const follow = () => (element.open = wide.matches);
  wide.addEventListener("change", follow);
  follow();
}
