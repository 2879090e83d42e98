// What every page has: theme, live indicator, keys to go places, sign-out, the count of waiting tasks.

import { api } from "./api.js";
import { bind, help, start as startKeys } from "./keys.js";
import { live } from "./push.js";
import { start as startStop } from "./stop.js";
import { start as startTheme } from "./theme.js";

const SAYS = { joining: "connecting", live: "live", away: "away, reconnecting" };
const indicator = document.getElementById("live");
const keysHelp = document.getElementById("keys-help");

startTheme(document.getElementById("theme"));
startKeys();
startStop();
document.getElementById("show-keys").addEventListener("click", () => help(keysHelp));
document.addEventListener("click", (event) => {
  const close = event.target.closest("[data-close]");
  if (close) close.closest("dialog").close();
});

bind("?", "This help", () => help(keysHelp), "Everywhere");
for (const link of document.querySelectorAll(".nav a[data-key]")) {
  bind(`g ${link.dataset.key}`, `Go to ${link.dataset.says}`, () => location.assign(link.href), "Everywhere");
}

live.onState((state) => {
  indicator.dataset.state = state;
  indicator.textContent = SAYS[state];
});

const MOST_TASKS = 500;
let asked = 0;
live.subscribe("tasks", () => {
  clearTimeout(asked);
  asked = setTimeout(countTasks, 300);
});
live.onResync(countTasks);

async function countTasks() {
  const count = document.getElementById("task-count");
  const { items, cursor } = await api.get(`/tasks?limit=${MOST_TASKS}`);
  count.textContent = cursor ? `${MOST_TASKS}+` : String(items.length);
  count.hidden = items.length === 0;
  document.dispatchEvent(new CustomEvent("tasks", { detail: items })); // for pages that show who waits
}
countTasks().catch(() => {}); // the badge is not worth a message; the page itself says when the server is away
