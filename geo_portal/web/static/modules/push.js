// Lets this browser get messages, when its owner asks for it and the browser can.
export function mount(element) {
  const able = "serviceWorker" in navigator && "PushManager" in window;
  const button = element.querySelector("[data-ask]");
  if (!able) return;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const say = (words) => { element.querySelector("[role=status]").textContent = words; };
    try {
      await send(await subscription(element.dataset.key));
      say(element.dataset.wordDone);
    } catch {
      say(element.dataset.wordRefused);
    }
  });
}

async function subscription(key) {
  // A scope of its own: the worker for working without a network has the rest.
  const worker = await navigator.serviceWorker.register("/push-worker.js", { scope: "/push/" });
  await active(worker);
  const options = { userVisibleOnly: true, applicationServerKey: bytes(key) };
  return worker.pushManager.subscribe(options);
}

function active(worker) {
  const starting = worker.installing || worker.waiting;
  if (worker.active || !starting) return null;
  return new Promise((resolve) => {
    starting.addEventListener("statechange", () => starting.state === "activated" && resolve());
  });
}

function bytes(base64url) {
  const plain = atob(base64url.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (sign) => sign.charCodeAt(0));
}

async function send(found) {
  const reply = await fetch("/me/channels/browser", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(found),
  });
  if (!reply.ok) throw new Error(`${reply.status}`);
}
