// The second step: connect a Vision One or start the simulator, then wait for the first incident and open it.

import { api } from "./api.js";
import { askAbout } from "./origin.js";

const INSTANCE = "vision-one";
const LOOK_MS = 700;
const choose = document.getElementById("choose");
const waiting = document.getElementById("waiting");
const says = document.getElementById("waiting-says");
const tenant = document.getElementById("tenant");
const simulator = document.getElementById("simulator");

tenant.addEventListener("submit", (event) => {
  event.preventDefault();
  guarded(tenant.querySelector("button"), tenant.querySelector("[data-said]"), connect);
});
simulator.addEventListener("click", () => {
  guarded(simulator, document.getElementById("simulator-said"), async () => {
    await api.post("/simulator");
    await waitForIncident("The simulated tenant runs. Its first alerts will arrive soon.");
  });
});

async function guarded(button, said, work) {
  said.textContent = "";
  button.disabled = true;
  const label = button.textContent;
  button.textContent = "One moment…";
  try {
    await work();
  } catch (error) {
    said.textContent = error.message;
  } finally {
    button.disabled = false;
    button.textContent = label;
  }
}

async function connect() {
  const wish = tenant.elements;
  const params = { url: wish.url.value, isFetch: "false", read_only: String(wish.read_only.checked) };
  const secrets = { apikey: wish.apikey.value.trim() };
  const there = (await api.get("/instances")).items.some((item) => item.name === INSTANCE);
  const saved = there
    ? await api.patch(`/instances/${INSTANCE}`, { params, secrets })
    : await api.post("/instances", { name: INSTANCE, integration: "VisionOneResponse", params, secrets });
  const test = await api.post(`/instances/${INSTANCE}/test`);
  if (!test.ok) throw new Error(test.answer);
  await askAbout(saved);
  if (!wish.fetch.checked) {
    location.assign("/integrations");
    return;
  }
  await api.patch(`/instances/${INSTANCE}`, { params: { isFetch: "true" } });
  await waitForIncident("Vision One answered. Its alerts of the last days are being fetched; a quiet tenant has none.");
}

async function waitForIncident(sentence) {
  says.textContent = sentence;
  choose.hidden = true;
  waiting.hidden = false;
  for (const step of document.querySelectorAll(".steps li")) {
    step.classList.toggle("done", step.hasAttribute("aria-current") || step.classList.contains("done"));
  }
  document.querySelector(".steps [aria-current]").removeAttribute("aria-current");
  document.querySelector(".steps li:last-child").setAttribute("aria-current", "step");
  document.getElementById("waiting-title").focus();
  for (;;) {
    const { items } = await api.get("/incidents?limit=1&sort=severity");
    if (items.length > 0) {
      location.assign(`/incidents/${items[0].id}`);
      return;
    }
    await new Promise((done) => { setTimeout(done, LOOK_MS); });
  }
}
