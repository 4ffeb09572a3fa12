// Lays the picture after the work over the one before it; a slider shows more of either.
export function mount(figure) {
  const handle = figure.querySelector(".before-after-handle");
  const slider = handle.querySelector("input");
  const { wordAfter } = slider.dataset;

  function show() {
    // The line between the two follows the handle; what lies beyond it is the picture after.
    const after = 100 - slider.value;
    figure.style.setProperty("--after", `${after}%`);
    slider.setAttribute("aria-valuetext", wordAfter.replace("{percent}", after));
  }

  handle.hidden = false;
  figure.classList.add("before-after-on");
  slider.addEventListener("input", show);
  show();
}
