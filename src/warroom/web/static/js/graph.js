// The Work Plan: the picture with live states, the list of tasks beside it, and the panel of the chosen one.

import { fragment } from "./api.js";
import { isInUse, parse, patch, replace } from "./patch.js";
import { showSettled } from "./tasks.js";
import { attempt } from "./toast.js";
import { Zoom } from "./zoom.js";

const READABLE = 0.9; // the least scale at which a plan opens on its active task
const OVERVIEW = 0.55; // the same when nothing is under way

export class WorkPlan {
  constructor(incident) {
    this.incident = incident;
    this.plan = "";
    this.name = "";
    this.task = "";
    this.wishes = 0;
    this.reading = null;
    this.opened = new Set();
    this.closed = new Set();
    this.isDrawn = false;
    this.scroll = document.getElementById("plan-scroll");
    this.list = document.getElementById("plan-list");
    this.panel = document.getElementById("plan-panel");
    this.content = document.getElementById("task-panel");
    this.choice = document.getElementById("plan-choice");
    this.follow = document.getElementById("follow");
    this.zoom = new Zoom({
      scroll: this.scroll,
      map: document.getElementById("minimap"),
      said: document.getElementById("zoom-said"),
      moved: () => { this.follow.checked = false; },
    });
    this.listen();
  }

  listen() {
    document.getElementById("zoom-in").addEventListener("click", () => this.zoom.larger());
    document.getElementById("zoom-out").addEventListener("click", () => this.zoom.smaller());
    document.getElementById("fit").addEventListener("click", () => this.zoom.fit());
    document.getElementById("close-panel").addEventListener("click", () => this.close());
    this.follow.addEventListener("change", () => attempt(() => this.refresh()));
    this.choice.addEventListener("change", () => attempt(() => this.show(this.choice.value)));
    this.list.addEventListener("click", (event) => this.clicked(event, true));
    this.scroll.addEventListener("click", (event) => this.clicked(event, false));
    this.scroll.addEventListener("dblclick", (event) => this.toggleAt(event));
    this.scroll.addEventListener("keydown", (event) => this.key(event));
    this.panel.addEventListener("click", (event) => {
      const button = event.target.closest("[data-toggle-frame]");
      if (button) attempt(() => this.toggle(button.dataset.toggleFrame));
    });
    this.panel.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.close();
    });
    new ResizeObserver(() => this.zoom.drawMap()).observe(this.scroll);
  }

  // Shows a plan (the newest playbook's by default), and one of its tasks.
  async show(plan = "", task = "") {
    if (plan !== this.plan) {
      this.plan = plan;
      this.opened.clear();
      this.closed.clear();
      this.isDrawn = false;
      this.close();
    }
    for (const prefix of framesAbove(task)) this.opened.add(prefix);
    await this.refresh();
    if (task) await this.choose(task, true);
  }

  // Reads the plan's states; what is wished while a reading is under way makes it read once more.
  refresh() {
    this.wishes += 1;
    this.reading ??= this.readAll().finally(() => {
      this.reading = null;
    });
    return this.reading;
  }

  async readAll() {
    let wished = 0;
    while (wished !== this.wishes) {
      wished = this.wishes;
      await this.read();
    }
  }

  async read() {
    const query = new URLSearchParams({ plan: this.plan, follow: String(this.follow.checked) });
    for (const prefix of this.opened) query.append("open", prefix);
    for (const prefix of this.closed) query.append("closed", prefix);
    const wanted = this.plan;
    const data = parse(await fragment(`/fragments/incidents/${this.incident}/plan?${query}`)).firstElementChild;
    if (wanted !== this.plan) return; // another plan has been chosen meanwhile
    document.getElementById("no-plan").hidden = Boolean(data.dataset.plan);
    if (!data.dataset.plan) return;
    this.plan = data.dataset.plan;
    for (const prefix of JSON.parse(data.dataset.opened)) this.opened.add(prefix);
    const part = (name) => data.querySelector(`[data-part="${name}"]`);
    replace(this.choice, part("plans"));
    replace(document.getElementById("plan-said"), part("said"));
    this.name = data.dataset.name;
    const stop = document.getElementById("cancel-plan"); // for roles that may
    if (stop) stop.hidden = data.dataset.open !== "yes";
    const error = document.getElementById("plan-error");
    replace(error, part("error"));
    error.hidden = !error.textContent.trim();
    patch(this.list, part("list"));
    this.draw(part("picture").firstElementChild, data.dataset);
    if (this.task) await this.readPanel();
  }

  draw(svg, facts) {
    const old = this.zoom.svg;
    const same = old && old.dataset.prefix === svg.dataset.prefix && old.getAttribute("viewBox") === svg.getAttribute("viewBox");
    const anchor = old && !same ? this.anchor() : null;
    if (same && renew(old, svg)) this.zoom.drawMap();
    else {
      this.scroll.replaceChildren(svg);
      this.zoom.take(Number(facts.width), Number(facts.height));
      if (anchor) this.hold(anchor);
    }
    this.mark();
    this.begin(facts.active);
  }

  // On the first drawing and while following: bring the active task into sight.
  begin(active) {
    const moved = active !== this.active;
    this.active = active;
    if (!this.scroll.clientWidth) return; // another tab is shown
    const isFirst = !this.isDrawn;
    if (isFirst) {
      this.isDrawn = true;
      this.zoom.isChosen = false;
      const { width, height } = this.zoom.size;
      const fits = Math.min((this.scroll.clientWidth - 24) / width, (this.scroll.clientHeight - 24) / height);
      this.zoom.to(Math.min(1, Math.max(fits, active ? READABLE : OVERVIEW)));
      this.scroll.scrollTo((this.scroll.scrollWidth - this.scroll.clientWidth) / 2, 0);
    }
    const element = this.element(active);
    if (element && this.follow.checked && !this.zoom.isChosen && this.zoom.scale < READABLE) this.zoom.to(READABLE);
    if (element && this.follow.checked && (isFirst || moved || !this.zoom.shows(element))) this.zoom.centre(element);
  }

  // Remembers a task's position in the window, so that the picture does not jump when a sub-playbook opens.
  anchor() {
    const element = this.element(this.task) ?? this.element(this.active);
    const box = element?.querySelector(".card")?.getBoundingClientRect();
    return box ? { key: element.dataset.task, x: box.left + box.width / 2, y: box.top } : null;
  }

  hold({ key, x, y }) {
    const box = this.element(key)?.querySelector(".card")?.getBoundingClientRect();
    if (box) this.scroll.scrollBy(box.left + box.width / 2 - x, box.top - y);
  }

  element(key) {
    return key ? this.zoom.svg?.querySelector(`.task[data-task="${CSS.escape(key)}"]`) ?? null : null;
  }

  clicked(event, fromList) {
    const task = event.target.closest("[data-task]");
    if (!task || !task.dataset.task || (!fromList && this.zoom.dragged)) return;
    this.follow.checked = false;
    attempt(() => this.choose(task.dataset.task, fromList));
  }

  async choose(key, move) {
    this.task = key;
    this.panel.hidden = false;
    const address = new URL(location.href);
    address.searchParams.set("tab", "plan");
    address.searchParams.set("plan", this.plan);
    address.searchParams.set("task", key);
    history.replaceState(null, "", address);
    await this.readPanel();
    this.mark();
    if (move) this.zoom.centre(this.element(key));
  }

  async readPanel() {
    const html = await fragment(`/fragments/plans/${this.plan}/tasks/${encodeURIComponent(this.task)}`);
    const next = parse(html).firstElementChild;
    const card = this.content.querySelector("form.question");
    const isSame = this.content.firstElementChild?.dataset.key === next.dataset.key;
    if (isSame && card && isInUse(card) && next.querySelector("form.question")) return; // an answer is being typed
    replace(this.content, html);
    showSettled(this.content);
  }

  close() {
    this.task = "";
    this.panel.hidden = true;
    const address = new URL(location.href);
    address.searchParams.delete("task");
    history.replaceState(null, "", address);
    this.mark();
  }

  mark() {
    for (const element of this.scroll.querySelectorAll(".task")) {
      const isChosen = element.dataset.task === this.task;
      element.setAttribute("aria-selected", String(isChosen));
    }
    for (const row of this.list.querySelectorAll("[data-task]")) row.toggleAttribute("aria-current", row.dataset.task === this.task);
  }

  toggleAt(event) {
    const task = event.target.closest(".task[data-frame]");
    if (task) attempt(() => this.toggle(task.dataset.frame));
  }

  // Opens a sub-playbook in the picture, or closes it with all that is open in it.
  async toggle(prefix) {
    if (this.opened.has(prefix) && !this.closed.has(prefix)) {
      this.closed.add(prefix);
      for (const each of [...this.opened]) if (each.startsWith(prefix)) this.opened.delete(each);
    } else {
      this.closed.delete(prefix);
      this.opened.add(prefix);
    }
    await this.refresh();
  }

  key(event) {
    const task = event.target.closest(".task");
    if (!task || event.ctrlKey || event.metaKey || event.altKey) return;
    const acts = {
      Enter: () => this.choose(task.dataset.task, false),
      " ": () => this.choose(task.dataset.task, false),
      o: () => task.dataset.frame && this.toggle(task.dataset.frame),
      ArrowDown: () => this.neighbour(task, 1),
      ArrowUp: () => this.neighbour(task, -1),
    };
    if (!acts[event.key]) return;
    event.preventDefault();
    event.stopPropagation();
    attempt(async () => acts[event.key]());
  }

  neighbour(task, by) {
    const tasks = [...this.scroll.querySelectorAll(".task")];
    const next = tasks[tasks.indexOf(task) + by];
    next?.focus();
    if (next && !this.zoom.shows(next)) this.zoom.centre(next);
  }
}

// Gives the sub-playbooks that a task is in: "5#2/7/3" is in "5#2/" and "5#2/7/".
function framesAbove(task) {
  const steps = task.split("/").slice(0, -1);
  return steps.map((_, at) => `${steps.slice(0, at + 1).join("/")}/`);
}

// Replaces those cards and edges that look different; says no when the pictures do not match part by part.
function renew(old, next) {
  for (const css of ["edges", "tasks"]) {
    const [before, after] = [old, next].map((svg) => [...svg.querySelectorAll(`.${css} > *`)]);
    if (before.length !== after.length) return false;
    for (const [at, part] of before.entries()) {
      if (part.classList.contains("inside")) continue;
      part.setAttribute("aria-selected", "false");
      if (!part.classList.contains("task")) part.removeAttribute("aria-selected");
      if (part.outerHTML === after[at].outerHTML) continue;
      const isFocused = part.contains(document.activeElement);
      part.replaceWith(after[at]);
      if (isFocused) after[at].focus();
    }
  }
  return true;
}
