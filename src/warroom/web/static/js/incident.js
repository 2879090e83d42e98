// The incident's page: tabs, what is live beside them, and the parts that each tab is made of.

import { api, fragment } from "./api.js";
import { CommandLine } from "./cmdline.js";
import { copy, start as startCopy } from "./copy.js";
import { areYouSure, cancelPlan, changeIncident, longNote, runPlaybook } from "./dialogs.js";
import { deleteFile, restrict, showCustody } from "./evidence.js";
import { WorkPlan } from "./graph.js";
import { bind } from "./keys.js";
import { closeIncident, link, unlink } from "./links.js";
import { parse, patch, replace } from "./patch.js";
import { live } from "./push.js";
import { hear as hearAnswer, showSettled, start as startTasks } from "./tasks.js";
import { attempt, say } from "./toast.js";
import { start as startTimes } from "./times.js";
import { Tree } from "./tree.js";
import { WarRoom } from "./warroom.js";

const root = document.getElementById("incident");
const incident = root.dataset.incident;
const byId = (id) => document.getElementById(id);
const PAUSES = { live: 80, summary: 250, plan: 60, context: 400, evidence: 250 };

const warRoom = new WarRoom(incident);
const workPlan = new WorkPlan(incident);
const tree = new Tree(byId("tree"), byId("tree-said"));
const line = new CommandLine({ incident, send });

// What each part reads again; a part of a hidden tab waits until the tab is shown.
const parts = {
  live: async () => {
    const next = parse(await fragment(`/fragments/incidents/${incident}/header`));
    const part = (name) => next.querySelector(`[data-part="${name}"]`);
    replace(byId("header"), part("header"));
    patch(byId("beside"), part("beside"));
    patch(byId("running"), part("running"));
    byId("file-count").textContent = Number(part("header").dataset.files) || "";
    showSettled(byId("beside"));
  },
  summary: async () => replace(byId("summary"), await fragment(`/fragments/incidents/${incident}/summary`)),
  plan: () => workPlan.refresh(),
  context: async () => tree.show(await api.get(`/incidents/${incident}/context`)),
  evidence: async () => patchRows(await fragment(`/fragments/incidents/${incident}/evidence`)),
};
const stale = new Set(["plan", "context"]);
const timers = new Map();
let tab = root.dataset.tab;

function patchRows(html) {
  const place = byId("evidence");
  const next = parse(html);
  const [body, rows] = [place, next].map((each) => each.querySelector("tbody"));
  if (!body || !rows) {
    replace(place, html);
    return;
  }
  patch(body, rows);
  replace(byId("evidence-rule"), next.querySelector("#evidence-rule"));
}

// Reads a part again soon: at once when it is in sight, else when its tab is opened.
function renew(name) {
  if (name !== "live" && name !== tab) {
    stale.add(name);
    return;
  }
  if (timers.has(name)) return;
  timers.set(name, setTimeout(() => {
    timers.delete(name);
    attempt(parts[name]);
  }, PAUSES[name]));
}

const TELLS = {
  entry: () => ["live", "context", "summary", "evidence"],
  incident: () => ["live", "summary"],
  task: () => ["live", "plan"],
  plan: () => ["live", "plan", "context"],
  intent: () => ["plan"],
  answer: () => ["live", "plan"],
};

live.subscribe(`incident:${incident}`, (event) => {
  hearAnswer(event);
  if (event.kind === "entry") {
    const isOld = event.change === "updated";
    attempt(() => (isOld ? warRoom.again(Number.parseInt(event.id, 10)) : warRoom.fresh()));
  }
  for (const name of TELLS[event.kind]?.() ?? []) renew(name);
});
live.onResync(() => {
  attempt(() => (warRoom.isAtEnd ? warRoom.fresh() : null));
  for (const name of Object.keys(parts)) renew(name);
});

async function open(name, { push = true } = {}) {
  tab = name;
  root.dataset.tab = name;
  for (const each of root.querySelectorAll("[role=tab]")) {
    const isChosen = each.dataset.tab === name;
    each.setAttribute("aria-selected", String(isChosen));
    each.tabIndex = isChosen ? 0 : -1;
    byId(`panel-${each.dataset.tab}`).hidden = !isChosen;
  }
  if (push) {
    const address = new URL(location.href);
    address.searchParams.set("tab", name);
    if (name !== "warroom") address.hash = "";
    history.pushState(null, "", address);
  }
  if (name === "warroom" && warRoom.isAtEnd && !location.hash) warRoom.toEnd();
  if (stale.delete(name)) await attempt(parts[name]);
  else if (name === "plan") workPlan.begin(workPlan.active);
}

async function openPlan(plan, task = "") {
  await open("plan");
  await attempt(() => workPlan.show(plan, task));
}

async function send(text) {
  if (!text.startsWith("!")) {
    await api.post(`/incidents/${incident}/notes`, { text });
  } else {
    await api.post(`/incidents/${incident}/commands`, { text });
    renew("live");
  }
  await warRoom.toNewest();
}

function run(button) {
  const command = button.dataset.run;
  const says = button.dataset.says || command;
  const work = async () => {
    await api.post(`/incidents/${incident}/commands`, { text: command });
    say(`${says}: started. Its answer will be in the War Room.`);
    renew("live");
  };
  if (button.hasAttribute("data-sure")) areYouSure(says, command, work, button.dataset.on);
  else attempt(work);
}

// A file that is sent again, because there was no answer, has the same key: it is stored once.
let sent = { file: "", key: "" };
async function upload(file) {
  const same = `${file.name} ${file.size} ${file.lastModified}`;
  if (sent.file !== same) sent = { file: same, key: [...crypto.getRandomValues(new Uint8Array(16))].join("-") };
  try {
    const kept = await api.upload(`/incidents/${incident}/files?name=${encodeURIComponent(file.name)}`, file, sent.key);
    sent = { file: "", key: "" };
    return kept;
  } catch (error) {
    if (error.status) sent = { file: "", key: "" };
    throw error;
  }
}

// The form is replaced with its tab, so its submit event is handled here.
document.addEventListener("submit", async (event) => {
  if (event.target.id !== "upload") return;
  event.preventDefault();
  const form = event.target;
  const [file] = byId("upload-file").files;
  const button = form.querySelector("button");
  button.disabled = true;
  form.querySelector("[data-said]").textContent = "sending…";
  const kept = await attempt(() => upload(file));
  button.disabled = false;
  form.querySelector("[data-said]").textContent = kept ? `Saved as ${kept.id}, SHA-256 ${kept.file.sha256}.` : "";
  if (kept) say(`${file.name} is saved as entry ${kept.id}, SHA-256 ${kept.file.sha256}.`);
});

async function verify(button) {
  const place = button.closest("td").querySelector(".verified");
  place.textContent = "hashing…";
  const answer = await attempt(() => api.post(`/entries/${button.dataset.verify}/verify`));
  if (!answer) place.textContent = "";
  else place.textContent = answer.intact ? "The stored bytes have this SHA-256." : `The stored bytes differ from those that were saved: their SHA-256 is ${answer.sha256}.`;
  place.classList.toggle("bad-text", Boolean(answer) && !answer.intact);
}

const ACTS = {
  mine: () => attempt(() => api.patch(`/incidents/${incident}`, { owner: document.body.dataset.user })),
  edit: () => changeIncident(incident),
  close: () => closeIncident(incident),
  reopen: () => attempt(() => api.post(`/incidents/${incident}/reopen`)),
  run: () => runPlaybook(incident, (plan) => openPlan(plan)),
  link: () => link(incident),
  cancel: () => cancelPlan(workPlan.plan, workPlan.name),
};

function act(name) {
  if (document.querySelector(`[data-act="${name}"]`)) ACTS[name]();
}

document.addEventListener("click", (event) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  const chosen = event.target.closest("[data-act], [data-run], [data-verify], [data-custody], [data-delete], [data-restrict], [data-unlink], [data-again], a[data-plan], a[data-entry], [role=tab], .chip");
  if (!chosen) return;
  const { act: name, again, plan, task, entry, kind } = chosen.dataset;
  if (chosen.matches("a")) event.preventDefault();
  if (name) act(name);
  else if (chosen.dataset.run) run(chosen);
  else if (chosen.dataset.verify) verify(chosen);
  else if (chosen.dataset.custody) showCustody(chosen.dataset.custody);
  else if (chosen.dataset.delete) deleteFile(chosen);
  else if (chosen.matches("[data-restrict]")) restrict(incident, chosen);
  else if (chosen.dataset.unlink) unlink(incident, chosen.dataset.unlink);
  else if (again) line.write(again);
  else if (plan) openPlan(plan, task);
  else if (entry) goToEntry(Number(entry));
  else if (chosen.matches("[role=tab]")) open(chosen.dataset.tab);
  else filter(chosen, kind);
});

async function goToEntry(number) {
  await open("warroom", { push: false });
  history.pushState(null, "", `?tab=warroom#entry-${number}`);
  await attempt(() => warRoom.goTo(number));
}

function filter(chip, kind) {
  for (const each of root.querySelectorAll(".chip")) each.setAttribute("aria-pressed", String(each === chip));
  attempt(() => warRoom.filter({ kind }));
}

byId("author").addEventListener("change", (event) => attempt(() => warRoom.filter({ author: event.target.value })));
byId("long-note").addEventListener("click", () => longNote(incident, line.input.value.startsWith("!") ? "" : line.input.value));
byId("tree-filter").addEventListener("input", (event) => tree.find(event.target.value));
byId("tree-open").addEventListener("click", () => tree.openAll(true));
byId("tree-close").addEventListener("click", () => tree.openAll(false));
byId("tree-copy").addEventListener("click", () => copy(JSON.stringify(tree.context, null, 2)));

root.querySelector("[role=tablist]").addEventListener("keydown", (event) => {
  const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  const tabs = [...root.querySelectorAll("[role=tab]")];
  if (!by) return;
  event.preventDefault();
  const next = tabs[(tabs.indexOf(event.target.closest("[role=tab]")) + by + tabs.length) % tabs.length];
  next.focus();
  open(next.dataset.tab);
});

addEventListener("popstate", () => begin());
addEventListener("hashchange", () => {
  const number = /^#entry-(\d+)$/.exec(location.hash)?.[1];
  if (number) attempt(() => warRoom.goTo(Number(number)));
});

for (const [at, each] of [...root.querySelectorAll("[role=tab]")].entries()) {
  bind(String(at + 1), each.textContent.trim().replace(/\s*\d*\s*$/, ""), () => open(each.dataset.tab));
}
const inWarRoom = (work) => () => (tab === "warroom" ? work() : null);
const inPlan = (work) => () => (tab === "plan" ? work() : null);
bind("!", "Type a command", () => open("warroom").then(() => line.focus("!")));
bind("/", "Type in the War Room, or find in the context", () => (tab === "context" ? byId("tree-filter").focus() : open("warroom").then(() => line.focus())));
bind("j", "Next entry", inWarRoom(() => warRoom.step(1)));
bind("k", "Entry before", inWarRoom(() => warRoom.step(-1)));
bind("a", "Assign to me", () => act("mine"));
bind("c", "Close the incident", () => act("close"));
bind("f", "Fit the Work Plan into the window", inPlan(() => workPlan.zoom.fit()));
bind("+", "Work Plan larger", inPlan(() => workPlan.zoom.larger()));
bind("-", "Work Plan smaller", inPlan(() => workPlan.zoom.smaller()));
bind("Escape", "Close the task's panel", inPlan(() => workPlan.close()));

async function begin() {
  const wish = new URLSearchParams(location.search);
  const name = wish.get("tab") || "warroom";
  if (byId(`panel-${name}`)) await open(name, { push: false });
  if (name === "plan" && (wish.get("plan") || wish.get("task"))) await attempt(() => workPlan.show(wish.get("plan") ?? "", wish.get("task") ?? ""));
}

startTasks();
startCopy();
startTimes();
if (line.input.value) line.learn();
begin().then(() => attempt(() => warRoom.begin()));
