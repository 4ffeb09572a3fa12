// Names on the basemap: drawn by rank, and left out where they would lie on one another.
import { token } from "./basemap-styles.js";
import { L } from "./leaflet.js";

const SIZES = { 1: 15, 2: 13, 3: 12 };
const SHOWN_FROM = { 1: 0, 2: 12.5, 3: 14.5 };

export const Labels = L.Layer.extend({
  initialize(features) {
    const rank = (f) => f.properties.rank ?? 3;
    this.labels = features
      .filter((f) => f.geometry?.type === "Point" && f.properties.name)
      .sort((a, b) => rank(a) - rank(b))
      .map(({ geometry, properties }) => ({
        at: L.latLng(geometry.coordinates[1], geometry.coordinates[0]),
        name: properties.name,
        rank: properties.rank ?? 3,
      }));
  },

  onAdd(map) {
    map.createPane("labels").style.zIndex = 350;
    map.getPane("labels").style.pointerEvents = "none";
    this.canvas = L.DomUtil.create("canvas", "leaflet-zoom-hide", map.getPane("labels"));
    map.on("moveend zoomend resize", this.draw, this);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.draw());
    document.fonts.ready.then(() => this.draw());
  },

  draw() {
    const map = this._map;
    const size = map.getSize();
    const sharp = window.devicePixelRatio || 1;
    L.DomUtil.setPosition(this.canvas, map.containerPointToLayerPoint([0, 0]));
    Object.assign(this.canvas, { width: size.x * sharp, height: size.y * sharp });
    Object.assign(this.canvas.style, { width: `${size.x}px`, height: `${size.y}px` });
    const pen = this.canvas.getContext("2d");
    pen.scale(sharp, sharp);
    Object.assign(pen, { textAlign: "center", textBaseline: "middle", lineJoin: "round" });
    const taken = [];
    for (const label of this.labels) {
      if (map.getZoom() < SHOWN_FROM[label.rank]) continue;
      const { x, y } = map.latLngToContainerPoint(label.at);
      if (x < -80 || y < -20 || x > size.x + 80 || y > size.y + 20) continue;
      pen.font = `${label.rank < 3 ? 600 : 450} ${SIZES[label.rank]}px "Source Sans 3", sans-serif`;
      const half = pen.measureText(label.name).width / 2 + 8;
      const box = { left: x - half, right: x + half, top: y - 14, bottom: y + 14 };
      if (taken.some((t) => overlap(t, box))) continue;
      taken.push(box);
      Object.assign(pen, { strokeStyle: token("halo"), lineWidth: 4 });
      pen.strokeText(label.name, x, y);
      pen.fillStyle = token(label.rank < 3 ? "label" : "label-soft");
      pen.fillText(label.name, x, y);
    }
  },
});

const overlap = (a, b) =>
  a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
