// Instances of integrations: test, fetch, switch, add, change, remove; the list follows what fetches give.

import { api, fragment } from "./api.js";
import { bind } from "./keys.js";
import { fieldsOf, valuesOf } from "./params.js";
import { live } from "./push.js";
import { askAbout } from "./origin.js";
import { attempt, say } from "./toast.js";

const REFRESH_MS = 5000;
const list = document.getElementById("instances");
const dialog = document.getElementById("instance-dialog");
const form = document.getElementById("instance-form");
const resetDialog = document.getElementById("reset-dialog");
const removeDialog = document.getElementById("remove-dialog");
const params = document.getElementById("params");
const path = (name, more = "") => `/instances/${encodeURIComponent(name)}${more}`;
let known = null;
let changing = null;

function inUse() {
  return list.contains(document.activeElement) || list.querySelector("[data-busy], details[open]");
}

async function refresh({ though = false } = {}) {
  if (inUse() && !though) return;
  const html = await fragment("/fragments/integrations");
  if (inUse() && !though) return; // a button was pressed meanwhile: its answer would be written to a row that is no longer shown
  const words = new Map([...list.querySelectorAll("[data-name]")].map((item) => [item.dataset.name, said(item)]));
  list.innerHTML = html;
  for (const item of list.querySelectorAll("[data-name]")) {
    const before = words.get(item.dataset.name);
    if (before?.textContent) said(item).replaceWith(before);
  }
}

function said(item) {
  return item.querySelector("[data-said]");
}

const ACTIONS = {
  async test(item) {
    const answer = await api.post(path(item.dataset.name, "/test"));
    tell(item, answer.ok ? "The test passed: the product answers, and no permission is missing." : answer.answer, answer.ok);
    said(item).append(...codeOutput(answer));
  },
  async fetch(item) {
    const answer = await api.post(path(item.dataset.name, "/fetch"));
    const count = answer.incidents.length;
    tell(item, answer.error || `Fetched: ${count} new ${count === 1 ? "incident" : "incidents"}.`, !answer.error);
  },
  async mirror(item) {
    const answer = await api.post(path(item.dataset.name, "/mirror"));
    tell(item, answer.error || `Mirrored: ${answer.sent} sent, ${answer.received} brought up to date.`, !answer.error);
  },
  async switch(item) {
    await api.patch(path(item.dataset.name), { enabled: item.dataset.enabled !== "true" });
    await refresh({ though: true }); // the button that was pressed says something else now
  },
  async replay(item, button) {
    const answer = await api.post(`/set-aside/${button.dataset.aside}/replay`);
    const [incident] = answer.incidents;
    settled(item, button, incident ? `The record is now incident ${incident}.` : "The record is an incident already.");
  },
  async drop(item, button) {
    await api.delete(`/set-aside/${button.dataset.aside}`);
    settled(item, button, "The record was dropped.");
  },
  async dropped(item, button) {
    const query = new URLSearchParams({ instance: item.dataset.name });
    if (button.dataset.cursor) query.set("cursor", button.dataset.cursor);
    const last = button.closest("li");
    last.insertAdjacentHTML("beforebegin", await fragment(`/fragments/dropped?${query}`));
    last.remove();
  },
  allow: (item) => decide(item, true),
  refuse: (item) => decide(item, false),
  edit: (item) => open(item),
  reset(item) {
    resetDialog.dataset.name = item.dataset.name;
    resetDialog.querySelector("strong").textContent = item.dataset.name;
    resetDialog.querySelector("[data-said]").textContent = "";
    document.getElementById("reset-reason").value = "";
    resetDialog.showModal();
  },
  remove(item) {
    removeDialog.dataset.name = item.dataset.name;
    removeDialog.querySelector("strong").textContent = item.dataset.name;
    removeDialog.showModal();
  },
};

list.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-do]");
  if (!button) return;
  button.dataset.busy = "1";
  button.disabled = true;
  await attempt(() => ACTIONS[button.dataset.do](button.closest("[data-name]"), button));
  delete button.dataset.busy;
  button.disabled = false;
  button.focus();
});

async function decide(item, allow) {
  await api.patch(path(item.dataset.name), { allow_local: allow });
  await refresh({ though: true });
}

function settled(item, button, sentence) {
  button.closest("li").replaceChildren(sentence);
  tell(item, sentence, true);
}

function tell(item, sentence, good) {
  const place = said(item);
  place.textContent = sentence;
  place.classList.toggle("good", good);
}

function codeOutput(answer) {
  const texts = [["Where the code failed", answer.trace], ["What the code printed", answer.log]];
  return texts.filter(([, text]) => text).map(([title, text]) => {
    const fold = document.createElement("details");
    const summary = fold.appendChild(document.createElement("summary"));
    summary.textContent = title;
    fold.className = "code-output";
    fold.appendChild(document.createElement("pre")).textContent = text;
    return fold;
  });
}

// -- the form -----------------------------------------------------------------------------------------------------------

const name = form.elements.name;
const integration = form.elements.integration;

async function open(item = null) {
  known = known || (await api.get("/integrations")).items;
  changing = item && (await api.get("/instances")).items.find((each) => each.name === item.dataset.name);
  document.getElementById("instance-title").textContent = changing ? `Change ${changing.name}` : "Add an instance";
  for (const part of form.querySelectorAll("[data-only=add]")) part.hidden = Boolean(changing);
  name.required = !changing;
  if (changing) integration.value = changing.integration;
  else name.value = suggested();
  form.querySelector("[data-said]").textContent = "";
  draw();
  dialog.showModal();
}

function suggested() {
  const taken = new Set([...list.querySelectorAll("[data-name]")].map((item) => item.dataset.name));
  const base = integration.value === "VisionOneResponse" ? "vision-one" : integration.value.toLowerCase();
  let free = base;
  for (let number = 2; taken.has(free); number += 1) free = `${base}-${number}`;
  return free;
}

function draw() {
  const chosen = known.find((item) => item.id === integration.value);
  params.replaceChildren(...fieldsOf(chosen, changing));
}

integration.addEventListener("change", () => {
  name.value = suggested();
  draw();
});

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const place = form.querySelector("[data-said]");
  place.textContent = "";
  const wish = valuesOf(params, changing);
  const called = changing ? changing.name : name.value.trim();
  const button = form.querySelector("[type=submit]");
  button.disabled = true;
  try {
    const saved = changing
      ? await api.patch(path(called), wish)
      : await api.post("/instances", { name: called, integration: integration.value, ...wish });
    changing = { name: called, integration: integration.value }; // a second try after a failed test changes it
    known = null;
    const answer = await api.post(path(called, "/test"));
    if (!answer.ok) throw new Error(`It is saved, but its test failed: ${answer.answer}`);
    dialog.close();
    say(`${called} is saved, and its test went well.`);
    if ("url" in wish.params) askAbout(saved).then(() => attempt(refresh));
  } catch (error) {
    place.textContent = error.message;
  }
  button.disabled = false;
  await attempt(refresh);
});

document.getElementById("reset-form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const { name: anew } = resetDialog.dataset;
  const place = resetDialog.querySelector("[data-said]");
  place.textContent = "";
  try {
    const answer = await api.post(path(anew, "/fetch/reset"), { reason: document.getElementById("reset-reason").value });
    resetDialog.close();
    await refresh({ though: true }); // what was said of its lastRun holds no longer
    const item = list.querySelector(`[data-name="${CSS.escape(anew)}"]`);
    if (item) tell(item, answer.says, true);
  } catch (error) {
    place.textContent = error.message;
  }
});

document.getElementById("remove-form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const { name: gone } = removeDialog.dataset;
  await attempt(async () => {
    await api.delete(path(gone));
    removeDialog.close();
    document.activeElement.blur();
    say(`${gone} is removed.`);
    await refresh();
  });
});

document.getElementById("add")?.addEventListener("click", () => attempt(open));
document.getElementById("simulator")?.addEventListener("click", async (event) => {
  const button = event.currentTarget;
  button.disabled = true;
  const made = await attempt(() => api.post("/simulator"));
  if (made) say("The simulated tenant runs; its alerts become incidents now.");
  button.disabled = !made ? false : (button.hidden = true);
  await attempt(refresh);
});

let soon = 0;
live.subscribe("instances", () => {
  clearTimeout(soon);
  soon = setTimeout(() => refresh().catch(() => {}), 500);
});
live.onResync(() => refresh().catch(() => {}));
setInterval(() => { if (!document.hidden) refresh().catch(() => {}); }, REFRESH_MS); // the live indicator shows failures
if (document.getElementById("add")) bind("n", "Add an instance", () => attempt(open));
