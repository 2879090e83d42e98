// The cards on which people answer playbooks: collects choices, comments and forms, and settles a card for everybody.

import { api } from "./api.js";
import { say } from "./toast.js";

const mine = new Map(); // key of a card -> what was chosen here, which a form's event does not contain
const REFUSALS = /^(reject|drop it|it failed)$/i; // answers after which an error is what was wanted
const settled = new Map(); // key of a card -> its answer, so that a card that is drawn again stays answered

// What a form's question holds: text, a number as typed, one option, or a list of options.
function answerOf(question) {
  const kind = question.dataset.kind;
  const ticked = [...question.querySelectorAll("input:checked")].map((field) => field.value);
  if (question.matches("fieldset")) return kind === "several" ? ticked : ticked[0] ?? "";
  const field = question.querySelector("input, textarea, select");
  if (kind === "several") return [...field.selectedOptions].map((option) => option.value);
  return field.value;
}

function formOf(card) {
  const questions = [...card.querySelectorAll("[data-question]")];
  if (!questions.length) return null;
  const asked = questions.filter((question) => !question.closest(".changes") || isChanged(question));
  if (!asked.length) return null;
  const answers = asked.map((question) => [question.dataset.question, answerOf(question)]);
  return Object.fromEntries(answers.filter(([, value]) => value !== "" && value.length !== 0));
}

// Of an action to approve, only the changed arguments are sent.
function isChanged(question) {
  const field = question.querySelector("input, textarea");
  return field.value !== field.defaultValue;
}

function firstMissing(card) {
  return [...card.querySelectorAll("[data-question][data-required]")].find((question) => !answerOf(question).length);
}

function refuse(card, sentence, field) {
  const place = card.querySelector(".refused");
  place.textContent = sentence;
  place.hidden = false;
  field?.focus();
}

async function answer(card, button) {
  const comment = card.elements.comment;
  if (button.hasAttribute("data-refusal") && !comment.value.trim()) {
    refuse(card, "Say why: a refusal needs its reason.", comment);
    return;
  }
  if (card.hasAttribute("data-reason") && !comment.value.trim()) {
    refuse(card, "Say why: an approval needs its reason.", comment);
    return;
  }
  const missing = firstMissing(card);
  if (missing && !button.hasAttribute("data-refusal")) {
    refuse(card, `“${missing.querySelector("label, legend").textContent.replace("(needed)", "").trim()}” needs an answer.`, missing.querySelector("input, textarea, select"));
    return;
  }
  for (const each of card.querySelectorAll("button")) each.disabled = true;
  const body = { choice: button.value, comment: comment.value.trim() };
  const form = button.hasAttribute("data-refusal") && card.hasAttribute("data-reason") ? null : formOf(card);
  if (form) body.form = form;
  const chosen = button.value || Object.values(form ?? {}).find((value) => typeof value === "string" && value.length < 40) || "";
  mine.set(card.dataset.key, chosen);
  try {
    await api.post(`/plans/${card.dataset.plan}/tasks/${encodeURIComponent(card.dataset.task)}/answer`, body);
    settle(card.dataset.key, { choice: chosen, actor: document.body.dataset.user });
    say(`Answered${button.value ? ` with “${button.value}”` : ""}. The playbook continues.`);
  } catch (error) {
    if (card.classList.contains("settled")) { // another person was first, and the card says who
      say(error.message, { bad: true });
      return;
    }
    for (const each of card.querySelectorAll("button")) each.disabled = false;
    refuse(card, error.message);
  }
}

// Marks every card of a question as answered; other readers see by whom and with what.
export function settle(key, { choice, actor }) {
  settled.set(key, { choice, actor });
  for (const card of document.querySelectorAll(`form.question[data-key="${CSS.escape(key)}"]`)) show(card);
}

function show(card) {
  const how = settled.get(card.dataset.key);
  if (!how || card.classList.contains("settled")) return;
  card.classList.add("settled");
  const said = document.createElement("p");
  said.className = "settled-by";
  said.setAttribute("role", "status");
  said.textContent = `${how.actor} answered${how.choice ? ` “${how.choice}”` : ""}.`;
  for (const part of card.querySelectorAll(".inputs, .comment, .actions, .refused")) part.remove();
  card.append(said);
}

// A question that is asked again (another attempt) is a new one.
export function reopen(key) {
  settled.delete(key);
}

export function showSettled(root = document) {
  for (const card of root.querySelectorAll("form.question")) show(card);
}

function heardAnswer(event) {
  const key = `${event.plan}/${event.key}`;
  const card = document.querySelector(`form.question[data-key="${CSS.escape(key)}"]`);
  const isOwn = event.actor === document.body.dataset.user && mine.has(key);
  if (card && !isOwn && !settled.has(key)) {
    const name = card.querySelector("h2, h3, h4").textContent;
    say(`${event.actor} answered “${name}”${event.choice ? ` with “${event.choice}”` : ""}.`);
  }
  settle(key, { actor: event.actor, choice: event.choice || (isOwn ? mine.get(key) : "") });
}

// What was answered here and then failed is said where it was answered, too.
function heardFailure(event) {
  const key = `${event.plan}/${event.key}`;
  const choice = mine.get(key);
  if (!mine.delete(key) || REFUSALS.test(choice)) return;
  const failure = `${event.name} failed: ${event.error}`;
  say(failure, { bad: true });
  for (const card of document.querySelectorAll(`form.question[data-key="${CSS.escape(key)}"]`)) {
    const said = document.createElement("p");
    said.className = "failed-then";
    said.setAttribute("role", "alert");
    said.textContent = failure;
    card.append(said);
  }
}

export function hear(event) {
  if (event.kind === "answer") heardAnswer(event);
  if (event.kind === "task" && event.state === "Error") heardFailure(event);
  if (event.kind === "task" && event.state === "Waiting") reopen(`${event.plan}/${event.key}`);
}

export function start() {
  document.addEventListener("submit", (event) => {
    const card = event.target.closest("form.question");
    if (!card) return;
    event.preventDefault();
    if (event.submitter) answer(card, event.submitter);
  });
  document.addEventListener("keydown", (event) => {
    // Enter in a form's field must not press its first button by surprise.
    if (event.key === "Enter" && event.target.matches("form.question input")) event.preventDefault();
  });
}
