// The inbox: cards come and go as playbooks ask and people answer; a settled card stays until the page is left.

import { fragment } from "./api.js";
import { start as startCopy } from "./copy.js";
import { bind } from "./keys.js";
import { patch, parse } from "./patch.js";
import { live } from "./push.js";
import { hear, showSettled, start } from "./tasks.js";
import { attempt } from "./toast.js";
import { start as startTimes } from "./times.js";

const PAUSE = 120;
const inbox = document.getElementById("inbox");
const empty = document.getElementById("nothing-waits");
let timer = 0;

async function refresh() {
  const next = parse(await fragment("/fragments/tasks"));
  const open = new Set([...next.children].map((card) => card.dataset.key));
  const kept = [...inbox.querySelectorAll("form.settled")].filter((card) => !open.has(card.dataset.key));
  next.append(...kept.map((card) => card.cloneNode(true)));
  patch(inbox, next);
  showSettled(inbox);
  empty.hidden = inbox.children.length > 0;
}

function step(by) {
  const cards = [...inbox.querySelectorAll("form.question")];
  const at = cards.indexOf(document.activeElement?.closest("form.question"));
  const card = cards[Math.min(Math.max(at + by, 0), cards.length - 1)];
  card?.querySelector("input, textarea, button, a")?.focus();
  card?.scrollIntoView({ block: "nearest" });
}

start();
startCopy();
startTimes();
bind("j", "Next task", () => step(1));
bind("k", "Task before", () => step(-1));
live.subscribe("tasks", (event) => {
  hear(event);
  clearTimeout(timer);
  timer = setTimeout(() => attempt(refresh), PAUSE);
});
live.onResync(() => attempt(refresh));
