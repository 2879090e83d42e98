// The incident's dialogs: owner and severity, a long note, "are you sure", running a playbook.

import { api } from "./api.js";
import { say } from "./toast.js";

// Opens a dialog; `work` runs when it is confirmed, and what it raises is said inside of the dialog.
export function open(name, work) {
  const dialog = document.getElementById(`dialog-${name}`);
  const form = dialog.querySelector("form");
  const refused = form.querySelector(".refused");
  refused.hidden = true;
  form.onsubmit = async (event) => {
    event.preventDefault();
    const button = form.querySelector('[type="submit"]');
    button.disabled = true;
    try {
      await work();
      dialog.close();
    } catch (error) {
      refused.textContent = error.message;
      refused.hidden = false;
    } finally {
      button.disabled = false;
    }
  };
  dialog.showModal();
  return dialog;
}

const field = (id) => document.getElementById(id);

export function changeIncident(incident) {
  const owner = field("owner");
  field("edit-owner").value = owner.dataset.owner;
  field("edit-severity").value = owner.dataset.severity;
  open("edit", () => {
    const change = {};
    if (field("edit-owner").value !== owner.dataset.owner) change.owner = field("edit-owner").value;
    if (field("edit-severity").value !== owner.dataset.severity) change.severity = field("edit-severity").value;
    return Object.keys(change).length ? api.patch(`/incidents/${incident}`, change) : null;
  });
}

export function cancelPlan(plan, name) {
  field("cancel-plan-name").textContent = name;
  field("cancel-plan-reason").value = "";
  open("cancel-plan", async () => {
    const { plans } = await api.post("/plans/cancel", { plan, reason: field("cancel-plan-reason").value });
    if (plans.length === 0) say("It is already being cancelled.");
    else say(plans[0].ended ? `${name} is cancelled.` : `${name} ends with the action that is under way.`);
  });
}

export function longNote(incident, draft) {
  const key = `warroom.note.${incident}`;
  const text = field("note-text");
  text.value = draft || localStorage.getItem(key) || "";
  text.oninput = () => localStorage.setItem(key, text.value);
  open("note", async () => {
    await api.post(`/incidents/${incident}/notes`, { text: text.value });
    text.value = "";
    localStorage.removeItem(key);
  });
  text.focus();
}

export function areYouSure(says, command, work, on = "on what this incident's alert is about") {
  field("sure-says").textContent = says;
  field("sure-on").textContent = on;
  field("sure-command").textContent = command;
  open("sure", work);
}

export function runPlaybook(incident, started) {
  const name = field("run-name");
  const place = field("run-inputs");
  const draw = async () => {
    const wanted = name.value;
    const playbook = await api.get(`/playbooks/${encodeURIComponent(wanted)}`);
    if (name.value !== wanted) return;
    place.replaceChildren(...playbook.inputs.map(inputRow));
  };
  name.onchange = draw;
  draw().catch(() => place.replaceChildren());
  open("run", async () => {
    const filled = [...place.querySelectorAll("input")].filter((input) => input.value !== "");
    const inputs = Object.fromEntries(filled.map((input) => [input.name, input.value]));
    const plan = await api.post(`/incidents/${incident}/playbooks`, { name: name.value, inputs });
    started(plan.plan);
  });
}

function inputRow(item, at) {
  const row = Object.assign(document.createElement("div"), { className: "field" });
  const label = Object.assign(document.createElement("label"), { htmlFor: `run-input-${at}`, textContent: item.key });
  const input = Object.assign(document.createElement("input"), { id: `run-input-${at}`, name: item.key, type: "text", placeholder: item.default || (item.required ? "needed" : "") });
  row.append(label);
  if (item.description) row.append(Object.assign(document.createElement("span"), { className: "hint", textContent: item.description }));
  row.append(input);
  return row;
}
