// Content reads nothing from an address of this machine unless an admin says so: asks where one was given.

import { api } from "./api.js";

const dialog = document.getElementById("origin-dialog");
const said = dialog.querySelector("[data-said]");

// Asks about an instance's addresses that are refused; goes on once that is answered, or at once where there is none.
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
