// The War Room's command line: completion, history, and a draft that outlives restarts of server and browser.

import { api } from "./api.js";
import { hasSecret, hintFor, offersFor } from "./completion.js";

const HISTORY = "warroom.history";
const MOST_HISTORY = 300;

function read(key, otherwise) {
  try {
    return JSON.parse(localStorage.getItem(key)) ?? otherwise;
  } catch {
    return otherwise;
  }
}

function keep(key, value) {
  try {
    if (value === "" || value === undefined) localStorage.removeItem(key);
    else localStorage.setItem(key, JSON.stringify(value));
  } catch {
    // a full or forbidden storage only costs the draft
  }
}

export class CommandLine {
  constructor({ incident, send }) {
    this.incident = incident;
    this.send = send;
    this.input = document.getElementById("line");
    this.box = document.getElementById("offers-box");
    this.list = document.getElementById("offers");
    this.about = document.getElementById("offers-about");
    this.refused = document.getElementById("prompt-refused");
    this.words = { commands: {}, names: { hosts: [], instances: [] } };
    this.asked = null;
    this.offers = [];
    this.chosen = -1;
    this.history = read(HISTORY, []);
    this.at = this.history.length;
    this.draftKey = `warroom.draft.${incident}`;
    this.input.value = read(this.draftKey, "");
    this.input.addEventListener("focus", () => this.learn());
    this.input.addEventListener("input", () => this.typed());
    this.input.addEventListener("click", () => this.suggest());
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.input.addEventListener("blur", () => setTimeout(() => this.hide(), 150));
    this.list.addEventListener("mousedown", (event) => this.pick(event));
    document.getElementById("prompt").addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit();
    });
  }

  // Reads what can be completed; again only after a failure.
  learn() {
    this.asked ??= Promise.all([api.get("/commands"), api.get("/names")]).then(([commands, names]) => {
      this.words = { commands, names };
      this.suggest();
    }).catch(() => {
      this.asked = null;
    });
    return this.asked;
  }

  // Puts a text into the line, ready to be edited.
  write(text) {
    this.input.value = text;
    this.typed();
    this.input.focus();
    this.input.setSelectionRange(text.length, text.length);
  }

  focus(beginning = "") {
    if (beginning && !this.input.value) this.write(beginning);
    else this.input.focus();
  }

  typed() {
    keep(this.draftKey, this.input.value);
    this.at = this.history.length;
    this.refused.hidden = true;
    this.suggest();
  }

  get before() {
    return this.input.value.slice(0, this.input.selectionStart ?? this.input.value.length);
  }

  suggest() {
    if (document.activeElement !== this.input || this.sending) return;
    const near = new Set([...document.querySelectorAll("#beside dl.facts dd span")].map((each) => each.textContent));
    this.offers = offersFor(this.before, { ...this.words, near });
    const isDone = this.offers.length === 1 && this.before.endsWith(this.offers[0].insert.trim());
    if (isDone) this.offers = [];
    this.chosen = -1;
    this.draw();
  }

  draw() {
    this.list.replaceChildren(...this.offers.map((offer, at) => this.row(offer, at)));
    const hint = hintFor(this.before, this.words);
    this.about.textContent = hint;
    this.box.hidden = !this.offers.length && !hint;
    this.list.hidden = !this.offers.length;
    this.input.setAttribute("aria-expanded", String(this.offers.length > 0));
    this.mark();
  }

  row(offer, at) {
    const row = document.createElement("li");
    row.id = `offer-${at}`;
    row.setAttribute("role", "option");
    row.dataset.at = String(at);
    for (const [name, text] of [["shows", offer.shows], ["detail", offer.detail], ["says", offer.about]]) {
      if (text) row.append(Object.assign(document.createElement("span"), { className: name, textContent: text }), " ");
    }
    return row;
  }

  mark() {
    for (const row of this.list.children) row.setAttribute("aria-selected", String(Number(row.dataset.at) === this.chosen));
    const row = this.list.children[this.chosen];
    if (row) {
      this.input.setAttribute("aria-activedescendant", row.id);
      row.scrollIntoView({ block: "nearest" });
    } else {
      this.input.removeAttribute("aria-activedescendant");
    }
  }

  hide() {
    this.offers = [];
    this.chosen = -1;
    this.box.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }

  pick(event) {
    const row = event.target.closest("[data-at]");
    if (!row) return;
    event.preventDefault();
    this.accept(Number(row.dataset.at));
  }

  accept(at) {
    const offer = this.offers[at];
    const rest = this.input.value.slice(this.before.length).replace(/^\S*/, "");
    const begun = this.before.slice(0, offer.from) + offer.insert;
    this.input.value = begun + rest.trimStart();
    this.input.setSelectionRange(begun.length, begun.length);
    this.typed();
  }

  key(event) {
    const hasOffers = this.offers.length > 0;
    if (event.key === "Tab" && !event.shiftKey && hasOffers) this.accept(Math.max(this.chosen, 0));
    else if (event.key === "Enter" && this.chosen >= 0) this.accept(this.chosen);
    else if (event.key === "Escape" && !this.box.hidden) this.hide();
    else if (event.key === "Escape") document.getElementById("entries").focus(); // where j and k work
    else if (event.key === "ArrowDown" && hasOffers) this.step(1);
    else if (event.key === "ArrowUp" && hasOffers && this.chosen >= 0) this.step(-1);
    else if (event.key === "ArrowUp") this.recall(-1);
    else if (event.key === "ArrowDown") this.recall(1);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  step(by) {
    this.chosen = Math.max(-1, Math.min(this.chosen + by, this.offers.length - 1));
    this.mark();
  }

  recall(by) {
    const at = Math.max(0, Math.min(this.at + by, this.history.length));
    if (at === this.at) return;
    if (this.at === this.history.length) this.unsent = this.input.value;
    this.at = at;
    this.input.value = this.history[at] ?? this.unsent ?? "";
    this.input.setSelectionRange(this.input.value.length, this.input.value.length);
    keep(this.draftKey, this.input.value);
    this.hide();
  }

  async submit() {
    const text = this.input.value.trim();
    if (!text || this.sending) return;
    this.hide();
    this.sending = true;
    try {
      await this.send(text);
      this.remember(text);
      if (this.input.value.trim() === text) this.input.value = "";
      keep(this.draftKey, this.input.value);
      this.refused.hidden = true;
      this.hide();
    } catch (error) {
      this.refused.textContent = error.message;
      this.refused.hidden = false;
    } finally {
      this.sending = false;
    }
  }

  remember(text) {
    if (text.startsWith("!") && !hasSecret(text, this.words.commands)) {
      this.history = [...this.history.filter((line) => line !== text), text].slice(-MOST_HISTORY);
      keep(HISTORY, this.history);
    }
    this.at = this.history.length;
  }
}
