// Keeps the report page, what it draws with and the offline file for a phone without network.
const KEPT = "geo-portal-report";
const ALWAYS = ["/offline/twin", "/brand.css"];

self.addEventListener("install", (event) => {
  event.waitUntil(keep(ALWAYS).then(() => self.skipWaiting()));
});
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("message", (event) => {
  event.waitUntil(keep(event.data.keep).then(() => event.ports[0]?.postMessage("kept")));
});
self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== self.location.origin) return;
  const isReport = url.pathname === "/report" && event.request.mode === "navigate";
  if (isReport) event.respondWith(freshOrKept(event.request, "/report"));
  else if (isOurs(url)) event.respondWith(freshOrKept(event.request, event.request.url));
});

function isOurs({ pathname }) {
  return /^\/(static\/|api\/v1\/(basemap|areas)|brand\.css|manifest|offline\/twin)/.test(pathname);
}

// Pages are kept as a stranger gets them, so that nobody's name lies on a shared phone.
async function keep(addresses) {
  const cache = await caches.open(KEPT);
  await Promise.all(
    addresses.map(async (address) => {
      const answer = await fetch(address, { credentials: "omit" }).catch(() => null);
      // Whole before it is put: one that breaks off would take the place of what is kept.
      const whole = answer?.ok && (await answer.blob().catch(() => null));
      if (!whole) return;
      const path = new URL(address, self.location.origin).pathname;
      await cache.put(path === "/report" ? "/report" : address, new Response(whole, answer));
    }),
  );
}

async function freshOrKept(request, name) {
  try {
    return await fetch(request);
  } catch (lost) {
    const cache = await caches.open(KEPT);
    const kept = await cache.match(name, { ignoreVary: true });
    if (kept) return kept;
    throw lost;
  }
}
