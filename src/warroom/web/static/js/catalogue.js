// The catalogue: the search narrows the list while it is typed; j and k go along the playbooks.

import { bind } from "./keys.js";

const text = document.getElementById("text");
const count = document.getElementById("count");
const empty = document.querySelector(".empty");
const items = [...document.querySelectorAll("#catalogue > li")];

text.addEventListener("input", () => {
  const words = text.value.toLowerCase().split(/\s+/).filter(Boolean);
  for (const item of items) {
    const says = item.textContent.toLowerCase();
    item.hidden = !words.every((word) => says.includes(word));
  }
  const shown = visible().length;
  count.textContent = `${shown} playbook${shown === 1 ? "" : "s"}`;
  empty.hidden = shown > 0;
});

function visible() {
  return items.filter((item) => !item.hidden);
}

function step(by) {
  const links = visible().map((item) => item.querySelector("a"));
  const place = links.indexOf(document.activeElement);
  links[Math.min(Math.max(place < 0 ? 0 : place + by, 0), links.length - 1)]?.focus();
}

bind("/", "Search", () => text.focus());
bind("j", "Next playbook", () => step(1));
bind("k", "Playbook before", () => step(-1));
