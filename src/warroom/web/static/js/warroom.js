// The War Room's entries: the newest ones, new ones as they arrive, earlier ones on scrolling up; a bounded number in the page.

import { fragment } from "./api.js";
import { parse } from "./patch.js";
import { attempt } from "./toast.js";

const MOST = 500; // entries in the page; the far end is dropped beyond it
const PIECE = 80;
const NEAR = 120; // pixels from an end that count as being there
const TALL = 420; // pixels of an entry's text until it is folded

export class WarRoom {
  constructor(incident) {
    this.incident = incident;
    this.scroll = document.getElementById("entries");
    this.list = document.getElementById("entry-list");
    this.older = document.getElementById("older");
    this.newest = document.getElementById("newest");
    this.empty = document.getElementById("no-entries");
    this.kind = "";
    this.author = "";
    this.isAtEnd = true; // whether the page holds the newest entries
    this.unseen = 0;
    this.busy = null;
    this.empty.hidden = this.list.children.length > 0;
    this.scroll.addEventListener("scroll", () => this.scrolled());
    this.older.querySelector("button").addEventListener("click", () => attempt(() => this.back()));
    this.newest.addEventListener("click", () => attempt(() => this.toNewest()));
    this.list.addEventListener("click", (event) => this.unfold(event));
  }

  // Shows the place where a reader begins: the entry that the address names, else the newest.
  async begin() {
    const wanted = /^#entry-(\d+)$/.exec(location.hash)?.[1];
    if (wanted) await this.goTo(Number(wanted));
    else this.toEnd();
    this.fold(this.list.children);
  }

  get entries() {
    return [...this.list.querySelectorAll(".entry")];
  }

  get last() {
    return Number(this.list.querySelector(".entry:last-of-type")?.dataset.number ?? 0);
  }

  async page(wish) {
    const query = new URLSearchParams({ limit: String(PIECE), ...wish });
    if (this.kind) query.set("kind", this.kind);
    if (this.author) query.set("author", this.author);
    const page = parse(await fragment(`/fragments/incidents/${this.incident}/entries?${query}`)).firstElementChild;
    return { entries: [...page.children], more: page.dataset.more === "yes" };
  }

  // Runs one change of the list at a time; what is asked meanwhile runs once, afterwards.
  alone(work) {
    const next = (this.busy ?? Promise.resolve()).catch(() => {}).then(work);
    this.busy = next;
    return next;
  }

  // Loads new entries; called for each event, so waiting calls are merged.
  fresh() {
    if (this.waiting) return this.waiting;
    this.waiting = this.alone(async () => {
      this.waiting = null;
      if (!this.isAtEnd) {
        this.tell(1);
        return;
      }
      let more = true;
      while (more) {
        const got = await this.page({ after: String(this.last) });
        more = got.more && got.entries.length > 0;
        this.append(got.entries);
      }
    });
    return this.waiting;
  }

  // Reads one entry again that was replaced: a poll keeps its line.
  again(number) {
    const old = document.getElementById(`entry-${number}`);
    if (!old) return Promise.resolve();
    return this.alone(async () => {
      const got = await this.page({ after: String(number - 1), limit: "1" });
      const [entry] = got.entries;
      if (entry?.id !== old.id || !old.isConnected) return;
      const wasLow = this.isLow();
      old.replaceWith(entry);
      this.fold([entry]);
      if (wasLow) this.toEnd();
    });
  }

  append(entries) {
    const wasLow = this.isLow();
    const known = new Set(this.entries.map((entry) => entry.id));
    const fresh = entries.filter((entry) => !known.has(entry.id));
    this.list.append(...fresh);
    this.fold(fresh);
    this.empty.hidden = this.list.children.length > 0;
    if (wasLow) {
      this.drop(true);
      this.toEnd();
    } else if (fresh.length) this.tell(fresh.length);
  }

  async back() {
    return this.alone(async () => {
      const first = Number(this.list.querySelector(".entry")?.dataset.number ?? 0);
      if (!first || this.older.hidden) return;
      const got = await this.page({ before: String(first) });
      const height = this.scroll.scrollHeight;
      this.list.prepend(...got.entries);
      this.fold(got.entries);
      this.scroll.scrollTop += this.scroll.scrollHeight - height;
      this.older.hidden = !got.more;
      if (this.drop(false)) {
        this.isAtEnd = false;
        this.tell(0);
      }
    });
  }

  async onward() {
    return this.alone(async () => {
      if (this.isAtEnd) return;
      const got = await this.page({ after: String(this.last) });
      this.list.append(...got.entries);
      this.fold(got.entries);
      if (this.drop(true)) this.older.hidden = false;
      this.isAtEnd = !got.more;
    });
  }

  // Drops entries from one end beyond the most; says whether it did.
  drop(fromTop) {
    const entries = this.entries;
    const over = entries.length - MOST;
    if (over <= 0) return false;
    for (const entry of fromTop ? entries.slice(0, over) : entries.slice(-over)) entry.remove();
    if (fromTop) this.older.hidden = false;
    return true;
  }

  async toNewest() {
    if (!this.isAtEnd) await this.reload();
    this.toEnd();
  }

  // Reads the newest page again: after a change of the filters, or when events may have been missed.
  reload() {
    return this.alone(async () => {
      const got = await this.page({});
      this.list.replaceChildren(...got.entries);
      this.fold(got.entries);
      this.older.hidden = !got.more;
      this.isAtEnd = true;
      this.empty.hidden = got.entries.length > 0;
      this.toEnd();
    });
  }

  async goTo(number) {
    if (!document.getElementById(`entry-${number}`)) {
      await this.alone(async () => {
        const got = await this.page({ after: String(Math.max(0, number - PIECE / 2)) });
        this.list.replaceChildren(...got.entries);
        this.older.hidden = number <= PIECE / 2;
        this.isAtEnd = !got.more;
        this.tell(0);
      });
    }
    const entry = document.getElementById(`entry-${number}`);
    for (const other of this.list.querySelectorAll(".aimed")) other.classList.remove("aimed");
    entry?.classList.add("aimed");
    entry?.scrollIntoView({ block: "center" });
  }

  filter({ kind = this.kind, author = this.author }) {
    this.kind = kind;
    this.author = author;
    return this.reload();
  }

  step(by) {
    const entries = this.entries;
    const at = entries.indexOf(document.activeElement?.closest?.(".entry"));
    const next = at < 0 ? entries.length - 1 : Math.max(0, Math.min(at + by, entries.length - 1));
    entries[next]?.focus();
    entries[next]?.scrollIntoView({ block: "nearest" });
  }

  isLow() {
    return this.scroll.scrollHeight - this.scroll.scrollTop - this.scroll.clientHeight < NEAR;
  }

  toEnd() {
    this.scroll.scrollTop = this.scroll.scrollHeight;
    this.unseen = 0;
    this.newest.hidden = this.isAtEnd;
  }

  scrolled() {
    if (this.scroll.clientHeight === 0) return; // another tab is shown
    if (this.scroll.scrollTop < NEAR && !this.older.hidden && !this.isLow()) attempt(() => this.back());
    if (this.isLow()) {
      if (this.isAtEnd) {
        this.unseen = 0;
        this.newest.hidden = true;
      } else attempt(() => this.onward());
    }
  }

  tell(count) {
    this.unseen += count;
    this.newest.hidden = false;
    this.newest.querySelector("span").textContent = this.unseen ? `${this.unseen} new` : "Newest";
  }

  // Folds what is tall. All is measured before anything changes, else each entry would be laid out for itself.
  fold(entries) {
    const texts = [...entries].map((entry) => entry.querySelector(".prose:not(.folded)")).filter(Boolean);
    const wide = texts.filter((text) => text.scrollWidth > text.clientWidth + 1);
    const tall = texts.filter((text) => text.scrollHeight > TALL);
    wide.forEach(reachable);
    for (const text of tall) {
      text.classList.add("folded");
      const button = Object.assign(document.createElement("button"), { type: "button", className: "small unfold", textContent: "Show all of it" });
      text.after(button);
    }
  }

  unfold(event) {
    const button = event.target.closest(".unfold");
    if (!button) return;
    button.previousElementSibling.classList.remove("folded");
    button.remove();
  }
}

// A table that is wider than its entry scrolls; the keyboard must get there too.
function reachable(text) {
  text.tabIndex = 0;
  text.setAttribute("role", "region");
  text.setAttribute("aria-label", "Wide table");
}
