// Takes the photo of a result in the page, with the position and time at that moment.
export function mount(fields) {
  const one = (selector) => fields.querySelector(selector);
  const [video, said, file, shots] = [one("video"), one("[data-said]"), one("[type=file]"), one("[data-shots]")];
  const [open, take] = [one("[data-open]"), one("[data-take]")];
  const words = fields.dataset;
  let place = null;
  if (!navigator.mediaDevices?.getUserMedia) return;
  one("[data-camera]").hidden = false;

  open.addEventListener("click", async () => {
    try {
      video.srcObject = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment", width: { ideal: 1920 } } });
    } catch {
      said.textContent = words.wordRefused;
      return;
    }
    const options = { enableHighAccuracy: true, maximumAge: 5_000 };
    navigator.geolocation?.watchPosition(({ coords }) => (place = coords), () => (place = null), options);
    [video.hidden, take.hidden, open.hidden] = [false, false, true];
    await video.play();
  });

  take.addEventListener("click", () => {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [video.videoWidth, video.videoHeight];
    canvas.getContext("2d").drawImage(video, 0, 0);
    canvas.toBlob(keep, "image/jpeg", 0.9);
  });

  function keep(picture) {
    const now = new Date();
    const sent = new DataTransfer();
    sent.items.add(new File([picture], "camera.jpg", { type: "image/jpeg" }));
    file.files = sent.files;
    fill({ lon: place?.longitude, lat: place?.latitude, accuracy_m: place?.accuracy, taken_at: now.toISOString(), from_camera: "1" });
    const image = new Image();
    [image.src, image.alt] = [URL.createObjectURL(picture), ""];
    const item = document.createElement("li");
    item.append(image);
    shots.replaceChildren(item);
    const sentence = place ? words.wordTaken.replace("{metres}", Math.max(1, Math.round(place.accuracy))) : words.wordNoPlace;
    said.textContent = sentence.replace("{time}", now.toLocaleTimeString(document.documentElement.lang, { timeStyle: "short" }));
  }

  function fill(facts) {
    for (const [name, value] of Object.entries(facts)) one(`[name=evidence_${name}]`).value = value ?? "";
  }

  // A file chosen by hand was not taken in the page, whatever was before.
  file.addEventListener("change", () => {
    fill({ lon: "", lat: "", accuracy_m: "", taken_at: "", from_camera: "" });
    shots.replaceChildren();
  });
}
