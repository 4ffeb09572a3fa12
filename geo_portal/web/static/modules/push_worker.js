// Shows a message that arrives while no page is open; a touch leads to what it is about.
self.addEventListener("push", (event) => {
  if (!event.data) return;
  const told = event.data.json();
  event.waitUntil(self.registration.showNotification(told.title, {
    body: told.body,
    tag: told.tag,
    lang: told.lang,
    dir: told.dir,
    icon: "/static/icons/favicon.svg",
    data: { url: told.url },
  }));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const url = new URL(event.notification.data.url, self.location.origin);
  // Whatever a message says, it leads to this portal only.
  if (url.origin !== self.location.origin) url.href = self.location.origin;
  event.waitUntil(self.clients.openWindow(url.href));
});
