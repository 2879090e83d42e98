// The inbox: cards appear as playbooks ask and disappear as people answer; an answered card stays until the page is left.

import { fragment } from "./api.js";
import { start as startCopy } from "./copy.js";
import { bind } from "./keys.js";
import { patch, parse } from "./patch.js";
import { live } from "./push.js";
import { hear, showSettled, start } from "./tasks.js";
import { attempt } from "./toast.js";
import { start as startTimes } from "./times.js";

const PAUSE = 120;
const LINGER = 10000; // a card may be answered in the server's list before the event that says by whom is heard
const inbox = document.getElementById("inbox");
const empty = document.getElementById("nothing-waits");
const missed = new Map(); // key of a card whose question was withdrawn -> since when
let timer = 0;

async function refresh() {
  const next = parse(await fragment("/fragments/tasks"));
  const open = new Set([...next.children].map((card) => card.dataset.key));
  for (const key of open) missed.delete(key);
  const gone = [...inbox.querySelectorAll("form.question")].filter((card) => !open.has(card.dataset.key));
  const kept = gone.filter((card) => card.classList.contains("settled") || lingers(card.dataset.key));
  if (kept.some((card) => !card.classList.contains("settled"))) soon(LINGER);
  next.append(...kept.map((card) => card.cloneNode(true)));
  patch(inbox, next);
  showSettled(inbox);
  empty.hidden = inbox.children.length > 0;
}

function lingers(key) {
  if (!missed.has(key)) missed.set(key, Date.now());
  return Date.now() - missed.get(key) < LINGER;
}

function soon(pause) {
  clearTimeout(timer);
  timer = setTimeout(() => attempt(refresh), pause);
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
  soon(PAUSE);
});
live.onResync(() => attempt(refresh));
