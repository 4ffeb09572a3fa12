// Leaflet, which is no module itself, for those that are.
import "../../vendor/leaflet/leaflet.js";

export const { L } = window;
