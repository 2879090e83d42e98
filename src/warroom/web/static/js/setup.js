// The first step of the set-up: the admin. A refusal is shown above the button, and the typed text is kept.

import { api } from "./api.js";

const form = document.getElementById("admin");
const said = form.querySelector("[data-said]");

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  said.textContent = "";
  const { name, display, password } = form.elements;
  if (password.value !== document.getElementById("again").value) {
    said.textContent = "The two passwords differ. Type the same one twice.";
    return;
  }
  const button = form.querySelector("button");
  button.disabled = true;
  try {
    await api.post(`/setup/${encodeURIComponent(form.dataset.token)}`, {
      name: name.value.trim(), display_name: display.value, password: password.value,
    });
    location.assign("/start");
  } catch (error) {
    said.textContent = error.message;
    button.disabled = false;
  }
});
