// The response audit: earlier pages by a button, and a word when something new has been done.

import { fragment } from "./api.js";
import { bind } from "./keys.js";
import { live } from "./push.js";
import { attempt } from "./toast.js";

const LOOK_MS = 800;
const rows = document.getElementById("rows");
const fresh = document.getElementById("fresh");
const scroller = document.getElementById("scroller");

rows.addEventListener("click", (event) => {
  const button = event.target.closest("[data-cursor]");
  if (!button) return;
  button.disabled = true;
  attempt(async () => {
    const query = new URLSearchParams(location.search);
    query.set("cursor", button.dataset.cursor);
    const html = await fragment(`/fragments/audit?${query}`);
    const last = button.closest("tr");
    last.insertAdjacentHTML("beforebegin", html);
    const first = last.previousElementSibling;
    last.remove();
    first?.querySelector("button, a")?.focus({ preventScroll: true });
  });
});

let soon = 0;
function look() {
  clearTimeout(soon);
  soon = setTimeout(async () => {
    const template = document.createElement("template");
    template.innerHTML = await fragment(`/fragments/audit${location.search}`).catch(() => ""); // being away shows already
    const newest = template.content.querySelector("tr")?.dataset.mark;
    fresh.hidden = !newest || newest === rows.querySelector("tr")?.dataset.mark;
  }, LOOK_MS);
}
live.subscribe("tasks", look);
live.subscribe("halts", look);
live.onResync(look);
fresh.addEventListener("click", () => attempt(async () => {
  rows.innerHTML = await fragment(`/fragments/audit${location.search}`);
  document.querySelector(".body-scroll .empty")?.remove();
  scroller.scrollTop = 0;
  fresh.hidden = true;
  scroller.focus();
}));
bind("/", "Filter by command", () => document.getElementById("command").focus());
bind("n", "Show the new actions", () => { if (!fresh.hidden) fresh.click(); });
