// Lays the picture after the work over the one before it; a slider shows more of either.
export function mount(figure) {
  const handle = figure.querySelector(".before-after-handle");
  const slider = handle.querySelector("input");
  const { wordAfter } = slider.dataset;

  function show() {
    figure.style.setProperty("--after", `${slider.value}%`);
    slider.setAttribute("aria-valuetext", wordAfter.replace("{percent}", slider.value));
  }

  handle.hidden = false;
  figure.classList.add("before-after-on");
  slider.addEventListener("input", show);
  show();
}
