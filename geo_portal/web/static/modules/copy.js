// Copies what stands in the element's <code>, where the browser lets a page do that.
export function mount(element) {
  if (!navigator.clipboard) return;
  const button = element.querySelector("[data-copy]");
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(element.querySelector("code").textContent);
    element.querySelector("[role=status]").textContent = element.dataset.wordCopied;
  });
}
