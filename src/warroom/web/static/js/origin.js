// Content may not read from addresses of this machine unless an admin allows it: asks when an instance has one.

import { api } from "./api.js";

const dialog = document.getElementById("origin-dialog");
const said = dialog.querySelector("[data-said]");

// Asks about an instance's refused addresses; continues after the answer, or at once when there are none.
export function askAbout(instance) {
  const refused = Object.entries(instance.local_origins).filter(([, allowed]) => !allowed).map(([origin]) => origin);
  if (refused.length === 0) return Promise.resolve();
  dialog.dataset.name = instance.name;
  dialog.querySelector("[data-origin]").textContent = refused.join(", ");
  said.textContent = "";
  dialog.showModal();
  return new Promise((done) => { dialog.addEventListener("close", done, { once: true }); });
}

dialog.querySelector("[data-refuse]").addEventListener("click", () => dialog.close());
document.getElementById("origin-form").addEventListener("submit", async (event) => {
  event.preventDefault();
  try {
    await api.patch(`/instances/${encodeURIComponent(dialog.dataset.name)}`, { allow_local: true });
    dialog.close();
  } catch (error) {
    said.textContent = error.message;
  }
});
