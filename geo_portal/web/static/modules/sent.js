// After sending: the draft is done with, and the code can be copied or passed on.
import { forget } from "./draft.js";

export function mount(element) {
  forget();
  const { address, title, wordCopied } = element.dataset;
  const said = element.querySelector("[role=status]");
  const copy = element.querySelector("[data-copy]");
  const share = element.querySelector("[data-share]");
  if (navigator.clipboard) {
    copy.hidden = false;
    copy.addEventListener("click", async () => {
      await navigator.clipboard.writeText(address);
      said.textContent = wordCopied;
    });
  }
  if (navigator.share) {
    share.hidden = false;
    share.addEventListener("click", () => navigator.share({ title, url: address }).catch(() => {}));
  }
}
