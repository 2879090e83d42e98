// Content packs: installing one from a file, removing it, restoring the version before.

import { api } from "./api.js";
import { bind } from "./keys.js";
import { attempt, say } from "./toast.js";

const MOST_BYTES = 11 << 20; // what a request may have, in Base64
const NEWS = "warroom.packs"; // what is said on the page that comes next
const byId = (id) => document.getElementById(id);

const news = sessionStorage.getItem(NEWS);
sessionStorage.removeItem(NEWS);
if (news) say(news);

function go(path, sentence) {
  sessionStorage.setItem(NEWS, sentence);
  location.assign(path);
}

const pathOf = (id) => `/packs/${encodeURIComponent(id)}`;

function arrived(packs, what) {
  const names = packs.map((pack) => `${pack.name} ${pack.version}`).join(", ");
  const replaced = packs.length === 1 && packs[0].replaced ? ` in place of ${packs[0].replaced}` : "";
  go(packs.length === 1 ? pathOf(packs[0].id) : "/packs", `${names} ${packs.length === 1 ? "is" : "are"} ${what}${replaced}.`);
}

function base64(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result.slice(reader.result.indexOf(",") + 1));
    reader.onerror = () => reject(new Error(`${file.name} cannot be read. Choose it again.`));
    reader.readAsDataURL(file);
  });
}

function submits(form, work) {
  form?.addEventListener("submit", async (event) => {
    event.preventDefault();
    const place = form.querySelector("[data-said]");
    const button = form.querySelector("[type=submit]");
    place.textContent = "";
    button.disabled = true;
    try {
      await work();
    } catch (error) {
      place.textContent = error.message;
    }
    button.disabled = false;
  });
}

submits(byId("install-form"), async () => {
  const [file] = byId("pack-file").files;
  if (file.size > MOST_BYTES) throw new Error(`${file.name} is larger than 11 MiB. Install it on the server: warroom pack install ${file.name}`);
  const answer = await api.post("/packs", { name: file.name, content: await base64(file) });
  arrived(answer.items, "installed");
});

submits(byId("remove-form"), async () => {
  const { name } = byId("remove-form").dataset;
  await api.delete(pathOf(name));
  go("/packs", `${name} is removed.`);
});

for (const button of document.querySelectorAll("[data-do=restore]")) {
  button.addEventListener("click", async () => {
    button.disabled = true;
    const answer = await attempt(() => api.post(`/previous-packs/${encodeURIComponent(button.dataset.name)}/restore`));
    button.disabled = false;
    if (answer) arrived(answer.items, "restored");
  });
}

function open(id) {
  byId(id).querySelector("[data-said]").textContent = "";
  byId(id).showModal();
}

byId("install")?.addEventListener("click", () => open("install-dialog"));
byId("remove")?.addEventListener("click", () => open("remove-dialog"));
if (byId("install")) bind("n", "Install a pack", () => open("install-dialog"));
