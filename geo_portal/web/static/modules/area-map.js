// An area with its border lit and its reports on it.
import { showBorder } from "./map/border.js";
import { mount as mountComplaints } from "./complaint-map.js";

export function mount(element) {
  const map = mountComplaints(element);
  showBorder(map, element.dataset.border, element.dataset.borderCode, false);
}
