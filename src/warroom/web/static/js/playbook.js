// One playbook: its picture fitted or at full size, and running it on an incident.

import { api } from "./api.js";
import { bind } from "./keys.js";
import { attempt } from "./toast.js";

const picture = document.getElementById("picture");
const fit = document.getElementById("fit");
const dialog = document.getElementById("run-dialog");
const form = document.getElementById("run-form");

picture.scrollLeft = (picture.scrollWidth - picture.clientWidth) / 2; // most begin in the middle

function toggle() {
  const fitted = picture.classList.toggle("fit");
  fit.setAttribute("aria-pressed", String(fitted));
}

async function ask() {
  dialog.showModal();
  await attempt(async () => {
    const { items } = await api.get("/incidents?limit=50");
    document.getElementById("incidents").replaceChildren(...items.map((item) => {
      const option = document.createElement("option");
      option.value = item.id;
      option.label = `${item.id} ${item.name}`;
      return option;
    }));
  });
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const inputs = {};
  for (const field of form.querySelectorAll("[data-input]")) {
    if (field.value !== "") inputs[field.dataset.input] = field.value;
  }
  const incident = form.elements.incident.value;
  const plan = await attempt(() => api.post(`/incidents/${incident}/playbooks`, { name: form.dataset.playbook, inputs }));
  if (plan) location.assign(`/incidents/${incident}?tab=plan`);
});

fit.addEventListener("click", toggle);
document.getElementById("run")?.addEventListener("click", ask);
bind("f", "Fit the picture, or full size", toggle);
if (document.getElementById("run")) bind("r", "Run on an incident", ask);
