// The keyboard: pages name their keys once; the help is made of the same table.

const table = []; // {key, says, act, group}
let pending = "";

// Binds a key ("j", "/", "Enter", "g i" for two in a row) to a function, except while the focus is in a field.
export function bind(key, says, act, group = "This page") {
  table.push({ key, says, act, group });
}

export function typing(target) {
  return target.isContentEditable || ["TEXTAREA", "SELECT"].includes(target.tagName)
    || (target.tagName === "INPUT" && !["checkbox", "radio", "button", "submit"].includes(target.type));
}

export function start() {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || typing(event.target)) return;
    if (document.querySelector("dialog[open]")) return;
    if (event.key === "Enter" && event.target.closest("a, button, summary, input, [role=button]")) return;
    const pressed = pending ? `${pending} ${event.key}` : event.key;
    const found = table.find((row) => row.key === pressed);
    pending = "";
    if (found) {
      event.preventDefault();
      found.act(event);
    } else if (table.some((row) => row.key.startsWith(`${event.key} `))) {
      pending = event.key;
      setTimeout(() => { pending = ""; }, 1200);
    }
  });
}

export function help(dialog) {
  const place = dialog.querySelector("[data-keys]");
  place.replaceChildren();
  for (const group of new Set(table.map((row) => row.group))) {
    const heading = document.createElement("h3");
    heading.textContent = group;
    const list = document.createElement("dl");
    for (const row of table.filter((item) => item.group === group)) list.append(...rowOf(row));
    place.append(heading, list);
  }
  dialog.showModal();
}

function rowOf(row) {
  const term = document.createElement("dt");
  for (const part of row.key.split(" ")) {
    const key = document.createElement("kbd");
    key.textContent = part;
    term.append(key, " ");
  }
  const says = document.createElement("dd");
  says.textContent = row.says;
  return [term, says];
}
