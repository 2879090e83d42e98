// A table of any length: rows are kept as text, and only those near the window are in the page.
//
// All rows are equally high. `load(cursor, count)` gives HTML of the next rows, of which the last one names the cursor behind.

const NEAR = 12; // rows drawn above and below the window
const AHEAD = 80; // rows before the end at which the next ones are asked for

const PAGE = 200; // rows asked for at once, or more when somebody scrolled far
const MOST = 500;

export class VTable {
  constructor({ scroller, table, load, total, mark = () => {} }) {
    this.scroller = scroller;
    this.body = table.tBodies[0];
    this.table = table;
    this.load = load;
    this.mark = mark; // called with each row that comes into the page
    this.rows = []; // {id, html}
    this.places = new Map(); // id -> index
    this.drawn = new Map(); // id -> element in the page
    this.cursor = null;
    this.total = total;
    this.chosen = "";
    this.turn = 0; // answers to questions of an earlier turn are dropped
    this.above = spacer(this.body, table);
    this.below = spacer(this.body, table);
    this.take(this.body.innerHTML);
    this.height = rowHeight(this.body) || 36;
    scroller.addEventListener("scroll", () => this.draw(), { passive: true });
    new ResizeObserver(() => this.draw()).observe(scroller);
    this.draw(true);
  }

  // Puts other rows in place of all.
  replace(html, total) {
    this.turn += 1;
    this.loading = false;
    this.rows = [];
    this.places.clear();
    this.cursor = null;
    this.total = total;
    this.take(html);
    if (!this.places.has(this.chosen)) this.chosen = "";
    this.scroller.scrollTop = 0;
    this.draw(true);
  }

  take(html) {
    for (const row of parsed(html)) {
      if (row.dataset.cursor) {
        this.cursor = row.dataset.cursor;
      } else if (row.dataset.id && !this.places.has(row.dataset.id)) {
        this.places.set(row.dataset.id, this.rows.length);
        this.rows.push({ id: row.dataset.id, html: row.outerHTML });
      }
    }
  }

  // Shows anew what changed, each row in its place.
  update(html) {
    for (const row of parsed(html)) {
      const place = this.places.get(row.dataset.id);
      if (place === undefined || this.rows[place].html === row.outerHTML) continue;
      this.rows[place].html = row.outerHTML;
      const old = this.drawn.get(row.dataset.id);
      if (!old) continue;
      const focused = old.contains(document.activeElement);
      row.classList.add("changed");
      this.dress(row, place);
      old.replaceWith(row);
      this.drawn.set(row.dataset.id, row);
      if (focused) row.querySelector("a").focus({ preventScroll: true });
    }
  }

  // Draws every row in the page anew from its text.
  redraw() {
    const focused = document.activeElement?.closest?.("tr[data-id]")?.dataset.id;
    this.draw(true);
    if (focused) this.drawn.get(focused)?.querySelector("a").focus({ preventScroll: true });
  }

  has(id) {
    return this.places.has(id);
  }

  visible() {
    return [...this.drawn.keys()];
  }

  draw(anew = false) {
    const first = Math.max(0, Math.floor(this.scroller.scrollTop / this.height) - NEAR);
    const last = this.lastInWindow() + NEAR;
    const shown = this.rows.slice(first, last);
    const ids = new Set(shown.map((row) => row.id));
    for (const [id, element] of this.drawn) {
      if (anew || !ids.has(id)) {
        element.remove();
        this.drawn.delete(id);
      }
    }
    if (anew) this.body.replaceChildren(this.above, this.below);
    let next = this.above.nextSibling;
    shown.forEach((row, offset) => {
      const there = this.drawn.get(row.id);
      if (there && there === next) {
        next = next.nextSibling;
        return;
      }
      const element = there || this.dress(parsed(row.html)[0], first + offset);
      this.drawn.set(row.id, element);
      this.body.insertBefore(element, next);
    });
    const length = Math.max(this.rows.length, this.cursor ? this.total : 0);
    high(this.above, Math.min(first, this.rows.length) * this.height);
    high(this.below, Math.max(0, length - first - shown.length) * this.height);
    this.table.setAttribute("aria-rowcount", String(length + 1));
    this.scroller.toggleAttribute("data-loading", Boolean(this.cursor) && shown.length === 0);
    if (this.cursor && last > this.rows.length - AHEAD) this.more();
  }

  dress(element, place) {
    element.setAttribute("aria-rowindex", String(place + 2));
    element.classList.toggle("chosen", element.dataset.id === this.chosen);
    this.mark(element);
    return element;
  }

  async more() {
    if (this.loading) return;
    this.loading = true;
    const { turn } = this;
    try {
      const missing = this.lastInWindow() - this.rows.length;
      const html = await this.load(this.cursor, missing > PAGE ? MOST : PAGE);
      if (turn !== this.turn) return;
      this.cursor = null;
      this.take(html);
    } finally {
      if (turn === this.turn) this.loading = false;
    }
    this.draw();
  }

  // Chooses a row, brings it into the window and gives it the focus.
  choose(id, { focus = true } = {}) {
    const place = this.places.get(id);
    if (place === undefined) return;
    const before = this.drawn.get(this.chosen);
    if (before) before.classList.remove("chosen");
    this.chosen = id;
    const top = place * this.height;
    const head = this.table.tHead.offsetHeight;
    const room = this.scroller.clientHeight - head - this.height;
    if (top < this.scroller.scrollTop) this.scroller.scrollTop = top;
    else if (top > this.scroller.scrollTop + room) this.scroller.scrollTop = top - room;
    this.draw();
    const element = this.drawn.get(id);
    element.classList.add("chosen");
    if (focus) element.querySelector("a").focus({ preventScroll: true });
  }

  step(by) {
    const from = this.places.get(this.chosen);
    const place = from === undefined ? this.firstInWindow() : from + by;
    const row = this.rows[Math.min(Math.max(place, 0), this.rows.length - 1)];
    if (row) this.choose(row.id);
  }

  lastInWindow() {
    return Math.ceil((this.scroller.scrollTop + this.scroller.clientHeight) / this.height);
  }

  firstInWindow() {
    return Math.ceil(this.scroller.scrollTop / this.height);
  }
}

function parsed(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return [...template.content.children];
}

function rowHeight(body) {
  const row = body.querySelector("tr[data-id]");
  return row ? row.getBoundingClientRect().height : 0;
}

function spacer(body, table) {
  const row = document.createElement("tr");
  row.setAttribute("aria-hidden", "true");
  const cell = document.createElement("td");
  cell.className = "space";
  cell.colSpan = table.tHead.rows[0].cells.length;
  row.append(cell);
  return row;
}

function high(row, pixels) {
  row.hidden = pixels === 0;
  row.firstChild.style.height = `${pixels}px`;
}
