// What is done with an incident's evidence beyond looking: for whom it is, opening what is for others, deleting, custody.

import { api, fragment } from "./api.js";
import { open as openDialog } from "./dialogs.js";
import { replace } from "./patch.js";
import { attempt, say } from "./toast.js";

const LOOK = 1000; // ms between two updates of an export's progress
const MOST_MISSED = 5; // looks that find none: it has not begun, or it has ended
const EXPORTING = '[href$="/export"], [action$="/export"]';
const byId = (id) => document.getElementById(id);
const me = () => document.body.dataset.user;

// Shows, while a reason is typed, the line that the War Room will get.
function foretell(id, line) {
  const reason = byId(`${id}-reason`);
  const show = () => {
    byId(`${id}-says`).textContent = line(reason.value.trim() || "…");
  };
  reason.value = "";
  reason.oninput = show;
  show();
  return { reason, show };
}

export function restrict(incident, button) {
  const named = new Set(JSON.parse(button.dataset.people));
  const ticks = [...byId("restrict-people").querySelectorAll("input")];
  for (const tick of ticks) tick.checked = named.has(tick.value);
  byId("restrict-named").checked = named.size > 0;
  byId("restrict-all").checked = named.size === 0;
  const chosen = () => ticks.filter((tick) => tick.checked).map((tick) => tick.value);
  const isOpen = () => byId("restrict-all").checked;
  const to = () => (isOpen() ? "for everyone with the necessary role again" : `for ${chosen().join(", ") || "…"} only`);
  const { reason, show } = foretell("restrict", (why) => `${me()}: the evidence of this incident is ${to()}. Reason: ${why}`);
  byId("restrict-people").onchange = () => {
    byId("restrict-named").checked = true;
    show();
  };
  for (const id of ["restrict-named", "restrict-all"]) byId(id).onchange = show;
  openDialog("restrict", async () => {
    const people = isOpen() ? [] : chosen();
    await api.put(`/incidents/${incident}/restriction`, { people, open: isOpen(), reason: reason.value });
    say(`The evidence of this incident is ${to()}.`);
  });
}

// Downloads with a link, so that a large file is written to disk and not held by the page.
function openLoudly(form) {
  const { what, people } = form.dataset;
  byId("loud-what").textContent = what;
  byId("loud-people").textContent = people;
  const { reason } = foretell("loud", (why) => `${me()} opened ${what} although the evidence of this incident is for ${people} only. Reason: ${why}`);
  openDialog("loud", () => {
    if (form.matches(EXPORTING)) followExport();
    const address = new URL(form.action);
    address.searchParams.set("reason", reason.value);
    Object.assign(document.createElement("a"), { href: address.href, download: "" }).click();
  });
}

export function deleteFile(button) {
  const { delete: entry, name, sha256 } = button.dataset;
  byId("delete-file-name").textContent = name;
  byId("delete-file-hash").textContent = sha256;
  byId("delete-file-reason").value = "";
  openDialog("delete-file", async () => {
    const { removed } = await api.post(`/entries/${entry}/delete-file`, { reason: byId("delete-file-reason").value });
    say(removed ? `${name} is deleted, and its bytes are removed.` : `${name} is deleted; its bytes are removed when nothing needs them.`);
  });
}

export async function showCustody(entry) {
  const html = await attempt(() => fragment(`/fragments/evidence/${entry}/custody`));
  if (html === undefined) return;
  replace(byId("custody"), html);
  byId("dialog-custody").showModal();
}

// Says how far the exports of this incident are: the first byte is sent when all of it is checked and signed.
async function followExport() {
  const { incident } = byId("incident").dataset;
  let missed = 0;
  while (missed < MOST_MISSED) {
    const found = await attempt(() => api.get(`/exports?incident=${incident}`));
    if (!found) break;
    missed = found.items.length ? 0 : missed + 1;
    byId("export-said").textContent = found.items.map(saidOfExport).join(" ");
    await new Promise((resolve) => setTimeout(resolve, LOOK));
  }
  byId("export-said").textContent = "";
}

function saidOfExport({ by, stage, files, of_files: ofFiles, bytes, of_bytes: ofBytes }) {
  const count = (number) => number.toLocaleString("en");
  const done = ofFiles ? `: ${count(files)} of ${count(ofFiles)} files, ${count(bytes)} of ${count(ofBytes)} bytes` : "";
  return `An export by ${by} is ${stage}${done}.`;
}

document.addEventListener("click", (event) => {
  if (event.target.closest(EXPORTING)?.matches("a")) followExport();
});

document.addEventListener("submit", (event) => {
  if (!event.target.matches("form[data-open]")) return;
  event.preventDefault();
  openLoudly(event.target);
});
