// Users, API keys and sessions: each action asks the API, then the page is read again.

import { api } from "./api.js";
import { bind } from "./keys.js";
import { attempt, say } from "./toast.js";

const passwordDialog = document.getElementById("password-dialog");
const mailDialog = document.getElementById("mail-dialog");
const secretDialog = document.getElementById("secret-dialog");
const secret = document.getElementById("secret");
const me = document.body.dataset.user;
const user = (name) => `/users/${encodeURIComponent(name)}`;

const ACTIONS = {
  enable: (row) => api.patch(user(row.dataset.user), { disabled: false }),
  disable: (row) => api.patch(user(row.dataset.user), { disabled: true }),
  revoke: (row) => api.delete(`/api-keys/${encodeURIComponent(row.dataset.key)}`),
  end: (row) => api.delete(`${user(me)}/sessions/${encodeURIComponent(row.dataset.session)}`),
};
const ASKS = {
  disable: (row) => `Disable ${row.dataset.user}? Everything that is signed in under that name ends.`,
  revoke: () => "Revoke this key permanently? Programs that use it will be refused.",
};

document.addEventListener("click", (event) => {
  const opens = event.target.closest("[data-open]");
  if (opens) document.getElementById(opens.dataset.open).showModal();
  const button = event.target.closest("button[data-do]");
  if (!button) return;
  const row = button.closest("tr");
  if (button.dataset.do === "password") ask(passwordDialog, row.dataset.user);
  else if (button.dataset.do === "mail") ask(mailDialog, row.dataset.user, button.dataset.now);
  else if (!ASKS[button.dataset.do] || confirm(ASKS[button.dataset.do](row))) work(() => ACTIONS[button.dataset.do](row));
});

document.addEventListener("change", async (event) => {
  const select = event.target.closest("select[data-do=role]");
  if (!select) return;
  const { user: name } = select.closest("tr").dataset;
  const changed = await attempt(() => api.patch(user(name), { role: select.value }));
  if (changed) {
    select.dataset.now = select.value;
    say(`${name} is ${select.value} now.`);
  } else {
    select.value = select.dataset.now;
  }
});

async function work(act) {
  const done = await attempt(async () => {
    await act();
    return true;
  });
  if (done) location.reload();
}

function ask(dialog, name, now = "") {
  dialog.dataset.user = name;
  dialog.querySelector("[data-name]").textContent = name;
  dialog.querySelector("form").reset();
  dialog.querySelector("input").value = now;
  dialog.showModal();
}

function onSubmit(id, act) {
  document.getElementById(id).addEventListener("submit", (event) => {
    event.preventDefault();
    act(Object.fromEntries(new FormData(event.target)), event.target);
  });
}

onSubmit("user-form", (wish) => work(() => api.post("/users", wish)));
onSubmit("mail-form", (wish) => work(() => api.patch(user(mailDialog.dataset.user), wish)));
onSubmit("password-form", (wish) => attempt(async () => {
  await api.patch(user(passwordDialog.dataset.user), wish);
  passwordDialog.close();
  say(`${passwordDialog.dataset.user} has another password now.`);
}));
onSubmit("own-password", (wish, form) => attempt(async () => {
  await api.put("/session/password", wish);
  form.reset();
  say("Your password was changed.");
}));
onSubmit("key-form", ({ name, role, expires }, form) => attempt(async () => {
  const made = await api.post("/api-keys", { name, role, expires: expires ? `${expires}T00:00:00Z` : null });
  form.closest("dialog").close();
  secret.textContent = made.secret;
  secretDialog.showModal();
}));

document.getElementById("copy").addEventListener("click", () => attempt(async () => {
  await navigator.clipboard.writeText(secret.textContent);
  say("The key was copied.");
}));
secretDialog.addEventListener("close", () => {
  secret.textContent = "";
  location.reload();
});
if (document.querySelector("[data-open=user-dialog]")) {
  bind("n", "New user", () => document.getElementById("user-dialog").showModal());
}
