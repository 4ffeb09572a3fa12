// Reports that wait for the network, in IndexedDB; each has a key by which it is filed only once.
const NAME = "geo-portal-outbox";
const STORE = "reports";

export async function put(form) {
  const fields = new FormData(form);
  const key = crypto.randomUUID().replaceAll("-", "");
  fields.set("key", key);
  fields.set("step", "send");
  await ask("readwrite", (store) => store.put({ key, fields: [...fields], at: Date.now() }));
}

export function waiting() {
  return ask("readonly", (store) => store.getAll());
}

// One after the other, in one tab at a time; calls `told` with the page of each that arrived.
export function send(told) {
  return navigator.locks.request(NAME, async () => {
    for (const { key, fields, refused } of await waiting()) {
      if (refused) continue;
      const answer = await post(fields).catch(() => null);
      // Without an answer nobody knows whether it arrived: it stays, and its key keeps it single.
      if (!answer || answer.status >= 500 || answer.status === 429) return;
      if (answer.redirected && new URL(answer.url).pathname.startsWith("/c/")) {
        await ask("readwrite", (store) => store.delete(key));
        told(new URL(answer.url).pathname);
      } else {
        await ask("readwrite", (store) => store.put({ key, fields, refused: true, at: Date.now() }));
      }
    }
  });
}

function post(fields) {
  const body = new FormData();
  for (const [name, value] of fields) body.append(name, value);
  return fetch("/report", { method: "POST", body });
}

function ask(mode, work) {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open(NAME, 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore(STORE, { keyPath: "key" });
    opening.onerror = () => reject(opening.error);
    opening.onsuccess = () => {
      const transaction = opening.result.transaction(STORE, mode, { durability: "strict" });
      const asked = work(transaction.objectStore(STORE));
      transaction.oncomplete = () => resolve(asked.result);
      transaction.onabort = () => reject(transaction.error);
    };
  });
}
