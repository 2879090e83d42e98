// The incident queue: filters in the address, rows as they change, new ones announced, actions on the chosen row.

import { api, fragment } from "./api.js";
import { bind } from "./keys.js";
import { live } from "./push.js";
import { attempt, say } from "./toast.js";
import { VTable } from "./vtable.js";

const TYPING_MS = 200;
const BURST_MS = 250;
const AGE_MS = 60000;
const MOST_AT_ONCE = 60;
const STATUS = 2; // the column

const form = document.getElementById("filter");
const facets = document.getElementById("facets");
const total = document.getElementById("total");
const empty = document.getElementById("empty");
const fresh = document.getElementById("fresh");
const mine = document.getElementById("mine");
const close = document.getElementById("close");
const closeDialog = document.getElementById("close-dialog");
const createDialog = document.getElementById("create-dialog");
const me = document.body.dataset.user;

let waiting = new Set(); // incidents with a task that waits for a person

const table = new VTable({
  scroller: document.getElementById("scroller"),
  table: document.getElementById("rows"),
  load: (behind, offset, count) => fragment(`/fragments/queue?${address(`cursor=${behind}&offset=${offset}&limit=${count}`)}`),
  total: Number(total.dataset.total),
  mark: (row) => { if (waiting.has(row.dataset.id)) row.cells[STATUS].replaceChildren(waits()); },
});

document.addEventListener("tasks", (event) => {
  const now = new Set(event.detail.map((task) => task.incident));
  if (now.size === waiting.size && [...now].every((id) => waiting.has(id))) return;
  waiting = now;
  table.redraw();
});

function waits() {
  const pill = document.createElement("span");
  pill.className = "pill wait";
  pill.textContent = "Waits";
  pill.title = "A task of this incident waits for a person's answer.";
  return pill;
}

// -- the filters --------------------------------------------------------------------------------------------------

function asked() {
  const params = new URLSearchParams();
  for (const [name, value] of new FormData(form)) {
    if (value !== "" && !(name === "sort" && value === "newest")) params.append(name, value);
  }
  if (!params.has("status")) params.append("status", "any");
  const statuses = params.getAll("status");
  if (statuses.length === 2 && statuses.includes("pending") && statuses.includes("active")) params.delete("status");
  return params;
}

function address(more = "") {
  return [asked().toString(), more].filter(Boolean).join("&");
}

let typing = 0;
form.addEventListener("input", (event) => {
  clearTimeout(typing);
  typing = setTimeout(() => attempt(refresh), event.target.id === "text" ? TYPING_MS : 0);
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  clearTimeout(typing);
  attempt(refresh);
});

let turn = 0;
async function refresh() {
  turn += 1;
  const now = turn;
  const query = address();
  history.replaceState(null, "", query ? `/?${query}` : "/");
  const counting = fragment(`/fragments/queue/filters?${query}`); // takes longer than the rows
  counting.catch(() => {}); // those who await it get the error
  const rows = await fragment(`/fragments/queue?${query}`);
  if (now !== turn) return;
  announced.clear();
  showFresh();
  table.replace(rows, 0);
  empty.hidden = table.rows.length > 0;
  markView();
  choose("");
  const filters = await counting;
  if (now !== turn) return;
  showFilters(filters);
  table.expect(Number(total.dataset.total));
}

function showFilters(html) {
  const focused = facets.contains(document.activeElement) ? document.activeElement.id : "";
  facets.innerHTML = html;
  if (focused) document.getElementById(focused)?.focus();
  const count = Number(document.getElementById("total-next").dataset.total);
  total.dataset.total = String(count);
  total.textContent = `${count.toLocaleString("en")} ${count === 1 ? "incident" : "incidents"}`;
}

function markView() {
  for (const link of document.querySelectorAll(".views a")) {
    const isHere = new URL(link.href).search === location.search;
    if (isHere) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
}

// -- new and changed incidents -----------------------------------------------------------------------------------------

const touched = new Set();
const announced = new Set();
let burst = 0;
let arrived = false;

live.subscribe("queue", (event) => {
  if (event.kind !== "incident" || !event.incident) return;
  if (table.has(event.incident)) touched.add(event.incident);
  else arrived = arrived || event.change === "created";
  clearTimeout(burst);
  burst = setTimeout(() => settle().catch(() => {}), BURST_MS);
});
live.onResync(() => {
  arrived = true;
  for (const id of table.visible()) touched.add(id);
  settle().catch(() => {}); // the next event tries again; the live indicator shows the failure
});

async function settle() {
  const ids = [...touched].slice(0, MOST_AT_ONCE);
  touched.clear();
  await redraw(ids);
  showFilters(await fragment(`/fragments/queue/filters?${address()}`));
  if (arrived) await announce();
}

async function redraw(ids) {
  if (ids.length > 0) table.update(await fragment(`/fragments/queue/rows?${ids.map((id) => `id=${id}`).join("&")}`));
}

async function announce() {
  arrived = false;
  const template = document.createElement("template");
  template.innerHTML = await fragment(`/fragments/queue?${address("limit=100")}`);
  for (const row of template.content.querySelectorAll("tr[data-id]")) {
    if (!table.has(row.dataset.id) && isNewer(row.dataset.id)) announced.add(row.dataset.id);
  }
  if (table.rows.length === 0 && announced.size > 0) await refresh();
  else showFresh();
}

function isNewer(id) {
  return table.rows.every((row) => Number(row.id) < Number(id));
}

function showFresh() {
  fresh.hidden = announced.size === 0;
  fresh.textContent = `${announced.size} new ${announced.size === 1 ? "incident" : "incidents"} · show`;
}

fresh.addEventListener("click", () => attempt(refresh));
setInterval(() => {
  if (!document.hidden) redraw(table.visible()).catch(() => {}); // ages go on; a failure shows as being away
}, AGE_MS);

// -- the chosen row ---------------------------------------------------------------------------------------------------

function choose(id) {
  if (id) table.choose(id, { focus: false });
  for (const button of [mine, close]) {
    if (button) button.disabled = !table.chosen;
  }
}

table.body.addEventListener("focusin", (event) => choose(event.target.closest("tr")?.dataset.id));
table.body.addEventListener("click", (event) => {
  const row = event.target.closest("tr[data-id]");
  if (row && !event.target.closest("a")) table.choose(row.dataset.id);
});
table.body.addEventListener("dblclick", (event) => {
  const row = event.target.closest("tr[data-id]");
  if (row) location.assign(`/incidents/${row.dataset.id}`);
});

async function assignToMe() {
  const id = table.chosen;
  if (!id || !mine) return;
  await api.patch(`/incidents/${id}`, { owner: me });
  await redraw([id]);
  say(`Incident ${id} is yours.`);
}

function askClose() {
  const row = table.drawn.get(table.chosen);
  if (!row || !close) return;
  closeDialog.dataset.id = table.chosen;
  closeDialog.querySelector("[data-name]").textContent = `#${table.chosen} ${row.querySelector("a").textContent}`;
  closeDialog.showModal();
}

document.getElementById("close-form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const { reason, notes } = event.target.elements;
  const { id } = closeDialog.dataset;
  await attempt(async () => {
    await api.post(`/incidents/${id}/close`, { reason: reason.value, notes: notes.value });
    closeDialog.close();
    event.target.reset();
    await redraw([id]);
    say(`Incident ${id} is closed.`);
  });
});

document.getElementById("create-form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const wish = Object.fromEntries(new FormData(event.target));
  const made = await attempt(() => api.post("/incidents", wish));
  if (made) location.assign(`/incidents/${made.id}`);
});

function open() {
  if (table.chosen) location.assign(`/incidents/${table.chosen}`);
}

mine?.addEventListener("click", () => attempt(assignToMe));
close?.addEventListener("click", askClose);
document.getElementById("create")?.addEventListener("click", () => createDialog.showModal());

document.getElementById("text").addEventListener("keydown", (event) => {
  if (event.key === "ArrowDown" || event.key === "Escape") {
    event.preventDefault();
    table.step(0);
  }
});
bind("/", "Search", () => document.getElementById("text").focus());
bind("j", "Next incident", () => table.step(1));
bind("k", "Incident before", () => table.step(-1));
bind("Enter", "Open the incident", open);
if (mine) bind("a", "Assign to me", () => attempt(assignToMe));
if (close) bind("c", "Close with a reason", askClose);
bind("n", "Show the new incidents", () => { if (!fresh.hidden) fresh.click(); });
markView();
choose("");
