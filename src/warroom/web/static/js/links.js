// Links between incidents: made, undone, and closing one as a duplicate of another; each is the command `linkIncidents`.

import { api } from "./api.js";
import { open } from "./dialogs.js";
import { attempt, say } from "./toast.js";

const field = (id) => document.getElementById(id);
const run = (incident, text) => api.post(`/incidents/${incident}/commands`, { text });

// The numbers in a text, each of an incident that is there.
async function numbersIn(text) {
  const words = text.split(/[\s,;#]+/).filter(Boolean);
  if (words.length === 0 || words.some((word) => !/^\d{1,9}$/.test(word))) throw new Error("Write the number of an incident, or several with commas: 12, 17.");
  for (const word of words) await api.get(`/incidents/${word}`);
  return words;
}

export function link(incident) {
  field("link-numbers").value = "";
  field("link-duplicate").checked = false;
  field("link-duplicate").closest("label").hidden = Boolean(document.querySelector("[data-act=reopen]"));
  open("link", async () => {
    const numbers = await numbersIn(field("link-numbers").value);
    if (field("link-duplicate").checked) await closeAsDuplicate(incident, numbers);
    else await run(incident, `!linkIncidents linkedIncidentIDs=${numbers.join(",")}`);
  });
}

export async function unlink(incident, other) {
  const answer = await attempt(() => run(incident, `!linkIncidents linkedIncidentIDs=${other} action=unlink`));
  if (answer) say(`The link to incident ${other} is being removed.`);
}

async function closeAsDuplicate(incident, [original, ...more]) {
  if (more.length) throw new Error("An incident is a duplicate of one other. Write one number.");
  if (original === incident) throw new Error("An incident cannot be a duplicate of itself. Write another number.");
  await run(incident, `!linkIncidents incidentId=${original} linkedIncidentIDs=${incident} action=duplicate`);
}

// Closing with the reason Duplicate can name of which: they are linked then.
export function closeIncident(incident) {
  const [reason, original, notes] = ["close-reason", "close-original", "close-notes"].map(field);
  const show = () => {
    original.closest(".field").hidden = reason.value !== "Duplicate";
  };
  original.value = "";
  reason.onchange = show;
  show();
  open("close", async () => {
    const of = reason.value === "Duplicate" && original.value.trim() ? await numbersIn(original.value) : [];
    if (of.length && !notes.value.trim()) {
      await closeAsDuplicate(incident, of);
      return;
    }
    await api.post(`/incidents/${incident}/close`, { reason: reason.value, notes: notes.value });
    if (of.length) await run(incident, `!linkIncidents linkedIncidentIDs=${of.join(",")}`);
  });
}
