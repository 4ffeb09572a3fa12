// Has the service worker keep what this page was drawn with.
// A phone may say that it has a network and reach nobody.
export function isReachable() {
  if (!navigator.onLine) return false;
  const asked = fetch("/health", { cache: "no-store", signal: AbortSignal.timeout(6000) });
  return asked.then(({ ok }) => ok, () => false);
}

export async function prepare() {
  if (!navigator.serviceWorker) return;
  await navigator.serviceWorker.register("/service-worker.js");
  const { active } = await navigator.serviceWorker.ready;
  const drawn = performance.getEntriesByType("resource").map(({ name }) => name);
  const own = drawn.filter((name) => name.startsWith(location.origin) && !name.includes("/report/"));
  active.postMessage({ keep: [`/report?lang=${document.documentElement.lang}`, "/offline/twin", ...own] });
}
