// The context as a tree: opened as far as one likes, found by keys and values, each place copied as DT.

import { copy } from "./copy.js";

const PLAIN = /^[A-Za-z_][\w-]*$/;
const MOST = 300; // children of one node that are drawn at once
const LONGEST = 400;

// Gives the DT path of a child: names as they are, list items by number.
export function pathOf(parent, key, isItem) {
  if (isItem) return `${parent}.[${key}]`;
  const name = PLAIN.test(key) ? key : key.replaceAll(/([.\\(){}=])/g, "\\$1");
  return parent ? `${parent}.${name}` : name;
}

function shortOf(value) {
  if (Array.isArray(value)) return `${value.length} item${value.length === 1 ? "" : "s"}`;
  if (value && typeof value === "object") return `${Object.keys(value).length} key${Object.keys(value).length === 1 ? "" : "s"}`;
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}

// Control and direction characters could make a value look like another one.
function plain(text) {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Cs}]/gu, (found) => (found === "\n" || found === "\t" ? found : ""));
}

export class Tree {
  constructor(place, said) {
    this.place = place;
    this.said = said;
    this.opened = new Set();
    this.context = {};
    this.wanted = "";
    place.addEventListener("click", (event) => this.click(event));
    place.addEventListener("keydown", (event) => this.key(event));
  }

  show(context) {
    if (!this.begun) this.begin(context);
    this.context = context;
    const focused = document.activeElement?.closest?.(".node")?.dataset.path;
    this.place.replaceChildren();
    const keys = Object.keys(context).sort();
    const list = this.listOf(keys.map((key) => [key, context[key], false]), "", 1);
    list.setAttribute("role", "tree");
    list.setAttribute("aria-label", "Context");
    if (keys.length) this.place.append(list);
    else this.place.append(Object.assign(document.createElement("p"), { className: "empty", textContent: "The context is empty. Outputs of commands will appear here." }));
    const first = this.nodes()[0];
    const again = this.nodes().find((node) => node.dataset.path === focused) ?? first;
    if (again) again.tabIndex = 0;
    if (focused && again !== first) again.focus();
  }

  // Opens the first level, except private contexts of sub-playbooks.
  begin(context) {
    this.begun = Object.keys(context).length > 0;
    for (const key of Object.keys(context)) if (!key.startsWith("subplaybook-")) this.opened.add(pathOf("", key, false));
  }

  listOf(children, path, level) {
    const list = document.createElement("ul");
    for (const [key, value, isItem] of children.slice(0, MOST)) {
      const node = this.nodeOf(key, value, pathOf(path, key, isItem), level);
      if (node) list.append(node);
    }
    if (children.length > MOST) {
      list.append(Object.assign(document.createElement("li"), { className: "muted small", textContent: `${children.length - MOST} more are not drawn; copy as JSON has them.` }));
    }
    return list;
  }

  nodeOf(key, value, path, level) {
    const isBranch = value !== null && typeof value === "object" && Object.keys(value).length > 0;
    const isHit = !this.wanted || this.matches(key, value);
    if (!isHit) return null;
    const node = document.createElement("li");
    node.className = "node";
    node.setAttribute("role", "treeitem");
    node.setAttribute("aria-level", String(level));
    node.dataset.path = path;
    node.tabIndex = -1;
    const line = document.createElement("div");
    line.className = "line";
    const name = Object.assign(document.createElement("span"), { className: "key", textContent: plain(String(key)) });
    const shown = Object.assign(document.createElement("span"), { className: isBranch ? "count muted small" : `value ${value === null ? "null" : typeof value}`, textContent: plain(shortOf(value)) });
    const button = Object.assign(document.createElement("button"), { type: "button", className: "quiet small dt", tabIndex: -1, textContent: "Copy as DT" });
    button.dataset.dt = `\${${path}}`;
    button.title = button.dataset.dt;
    line.append(Object.assign(document.createElement("span"), { className: "twist" }), name, shown, button);
    node.append(line);
    if (isBranch) {
      const isOpen = this.opened.has(path) || (Boolean(this.wanted) && level < 8);
      node.setAttribute("aria-expanded", String(isOpen));
      if (isOpen) node.append(this.groupOf(value, path, level));
    }
    return node;
  }

  groupOf(value, path, level) {
    const children = Array.isArray(value) ? value.map((item, at) => [at, item, true]) : Object.keys(value).map((key) => [key, value[key], false]);
    const group = this.listOf(children, path, level + 1);
    group.setAttribute("role", "group");
    return group;
  }

  matches(key, value) {
    if (String(key).toLowerCase().includes(this.wanted)) return true;
    return JSON.stringify(value)?.toLowerCase().includes(this.wanted) ?? false;
  }

  find(text) {
    this.wanted = text.trim().toLowerCase();
    this.show(this.context);
    const hits = this.nodes().length;
    this.said.textContent = this.wanted ? `${hits} place${hits === 1 ? "" : "s"}` : "";
  }

  toggle(node, isOpen = node.getAttribute("aria-expanded") !== "true") {
    if (!node.hasAttribute("aria-expanded")) return;
    if (isOpen) this.opened.add(node.dataset.path);
    else this.opened.delete(node.dataset.path);
    node.setAttribute("aria-expanded", String(isOpen));
    node.querySelector(":scope > ul")?.remove();
    if (isOpen) node.append(this.groupOf(this.valueAt(node), node.dataset.path, Number(node.getAttribute("aria-level"))));
  }

  valueAt(node) {
    const way = [];
    for (let each = node; each; each = each.parentElement.closest(".node")) way.unshift(each);
    return way.reduce((value, each) => value[this.rawKey(each, value)], this.context);
  }

  rawKey(node, value) {
    const path = node.dataset.path;
    const above = node.parentElement.closest(".node")?.dataset.path ?? "";
    const keys = Array.isArray(value) ? [...value.keys()] : Object.keys(value);
    return keys.find((key) => pathOf(above, key, Array.isArray(value)) === path);
  }

  openAll(isOpen) {
    this.opened.clear();
    if (isOpen) this.remember(this.context, "", 0);
    this.show(this.context);
  }

  remember(value, path, depth) {
    if (value === null || typeof value !== "object" || depth > 6 || this.opened.size > 3000) return;
    for (const [key, child] of Object.entries(value)) {
      const below = pathOf(path, key, Array.isArray(value));
      if (child !== null && typeof child === "object") {
        this.opened.add(below);
        this.remember(child, below, depth + 1);
      }
    }
  }

  nodes() {
    return [...this.place.querySelectorAll(".node")];
  }

  focus(node) {
    if (!node) return;
    for (const each of this.place.querySelectorAll('.node[tabindex="0"]')) each.tabIndex = -1;
    node.tabIndex = 0;
    node.focus();
  }

  click(event) {
    const button = event.target.closest("[data-dt]");
    const node = event.target.closest(".node");
    if (button) copy(button.dataset.dt);
    else if (node) {
      this.toggle(node);
      this.focus(node);
    }
  }

  key(event) {
    const node = event.target.closest(".node");
    if (!node || event.target.closest("button")) return;
    const nodes = this.nodes();
    const at = nodes.indexOf(node);
    const isOpen = node.getAttribute("aria-expanded") === "true";
    const moves = {
      ArrowDown: () => this.focus(nodes[at + 1]),
      ArrowUp: () => this.focus(nodes[at - 1]),
      Home: () => this.focus(nodes[0]),
      End: () => this.focus(nodes.at(-1)),
      ArrowRight: () => (isOpen ? this.focus(nodes[at + 1]) : this.toggle(node, true)),
      ArrowLeft: () => (isOpen ? this.toggle(node, false) : this.focus(node.parentElement.closest(".node"))),
      Enter: () => this.toggle(node),
      c: () => copy(`\${${node.dataset.path}}`),
    };
    if (!moves[event.key] || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    event.stopPropagation();
    moves[event.key]();
  }
}
