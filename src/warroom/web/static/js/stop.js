// The emergency stop, on every page: pauses are shown above the page; pausing, resuming, cancelling many plans.

import { api, fragment } from "./api.js";
import { open } from "./dialogs.js";
import { patch } from "./patch.js";
import { live } from "./push.js";
import { attempt, say } from "./toast.js";

const field = (id) => document.getElementById(id);

export function start() {
  document.addEventListener("click", (event) => {
    const opens = event.target.closest("[data-stop]");
    if (opens) (opens.dataset.stop === "pause" ? askPause : askCancel)();
    const resumes = event.target.closest("[data-resume]");
    if (resumes) attempt(() => api.post("/halts/end", { instance: resumes.dataset.resume }));
  });
  live.subscribe("halts", () => attempt(refresh));
  live.onResync(() => attempt(refresh));
}

async function refresh() {
  patch(field("halts"), await fragment("/fragments/halts"));
}

async function askPause() {
  const choose = field("pause-instance");
  open("pause", async () => {
    const paused = await api.post("/halts", { instance: choose.value, reason: field("pause-reason").value });
    field("pause-reason").value = "";
    for (const left of paused.on_the_way) say(`${left.command} had begun before and may still happen (plan ${left.plan}).`, { bad: true });
  });
  const found = await attempt(() => api.get("/instances"));
  const names = (found?.items ?? []).map(({ name }) => Object.assign(document.createElement("option"), { value: name, textContent: `Only ${name}` }));
  choose.replaceChildren(choose.firstElementChild, ...names);
}

function askCancel() {
  open("cancel", async () => {
    const [playbook, incident] = [field("cancel-playbook").value.trim(), field("cancel-incident").value.trim()];
    if (!playbook && !incident && !confirm("Cancel every open plan of every incident?")) return;
    const wish = { playbook, incident, all: !playbook && !incident, reason: field("cancel-reason").value };
    const { plans } = await api.post("/plans/cancel", wish);
    const late = plans.filter((plan) => !plan.ended).length;
    say(`${plans.length} cancelled${late ? `; ${late} of them end with the action that is under way` : ""}.`);
  });
}
