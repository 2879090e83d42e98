// A table of any length: rows are kept as text, and only those near the window are in the page.
//
// All rows are equally high. `load(behind, offset, count)` gives HTML of that many rows, from the one on that stands
// `offset` rows after the one directly behind the row with the id `behind`; a row with data-cursor at its end says that
// there are more.

const NEAR = 12; // rows drawn above and below the window
const AHEAD = 80; // rows below the window that are loaded before they are visible
const PAGE = 100; // rows asked for at once

export class VTable {
  constructor({ scroller, table, load, total, mark = () => {} }) {
    this.scroller = scroller;
    this.body = table.tBodies[0];
    this.table = table;
    this.load = load;
    this.mark = mark; // called with each row that is added to the page
    this.rows = []; // {id, html}, with holes for rows that are not loaded
    this.places = new Map(); // id -> index
    this.drawn = new Map(); // id, or index of a hole -> element in the page
    this.total = total;
    this.chosen = "";
    this.wish = -1; // the place of a row to choose as soon as it is read
    this.turn = 0; // answers to questions of an earlier turn are dropped
    this.above = spacer(this.body, table);
    this.below = spacer(this.body, table);
    this.put(0, this.body.innerHTML);
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
    this.total = total;
    this.wish = -1;
    this.put(0, html);
    if (!this.places.has(this.chosen)) this.chosen = "";
    this.scroller.scrollTop = 0;
    this.draw(true);
  }

  // Fills the hole that begins at a place. What was counted before may be wrong by now: a row that is there already
  // further down ends the hole, and so does the end of all rows; one from further up has come down.
  put(place, html) {
    const found = parsed(html);
    let at = place;
    for (const row of found.filter((each) => each.dataset.id)) {
      const known = this.places.get(row.dataset.id);
      if (known > at) {
        this.cut(at, known);
        return;
      }
      if (known !== undefined) {
        this.cut(known, known + 1);
        at -= 1;
      }
      this.rows[at] = { id: row.dataset.id, html: row.outerHTML };
      this.places.set(row.dataset.id, at);
      at += 1;
    }
    if (found.some((row) => row.dataset.cursor)) this.total = Math.max(this.total, at + 1);
    else this.total = at;
  }

  // Sets the number of rows; rows that are loaded correct it.
  expect(total) {
    if (this.total === this.rows.length) return;
    this.total = Math.max(total, this.rows.length + 1);
    this.draw();
  }

  // Takes places out; what is on the screen stays where it is.
  cut(from, to) {
    this.rows.splice(from, to - from);
    this.rows.forEach((row, place) => this.places.set(row.id, place));
    this.total -= to - from;
    if (from < this.firstInWindow()) this.scroller.scrollTop -= (to - from) * this.height;
  }

  // Redraws changed rows in their places.
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

  // Redraws every row in the page from its HTML.
  redraw() {
    const focused = document.activeElement?.closest?.("tr[data-id]")?.dataset.id;
    this.draw(true);
    if (focused) this.drawn.get(focused)?.querySelector("a").focus({ preventScroll: true });
  }

  has(id) {
    return this.places.has(id);
  }

  visible() {
    return [...this.drawn.keys()].filter((key) => this.places.has(key));
  }

  draw(anew = false) {
    const last = Math.min(this.lastInWindow() + NEAR, this.total);
    const first = Math.min(Math.max(0, Math.floor(this.scroller.scrollTop / this.height) - NEAR), last);
    const shown = new Map();
    for (let place = first; place < last; place += 1) shown.set(this.rows[place]?.id ?? place, place);
    for (const [key, element] of this.drawn) {
      if (anew || !shown.has(key)) {
        element.remove();
        this.drawn.delete(key);
      }
    }
    if (anew) this.body.replaceChildren(this.above, this.below);
    let next = this.above.nextSibling;
    for (const [key, place] of shown) {
      const there = this.drawn.get(key);
      there?.setAttribute("aria-rowindex", String(place + 2));
      if (there && there === next) {
        next = next.nextSibling;
        continue;
      }
      const element = there || this.made(place);
      this.drawn.set(key, element);
      this.body.insertBefore(element, next);
    }
    high(this.above, first * this.height);
    high(this.below, (this.total - last) * this.height);
    this.table.setAttribute("aria-rowcount", String(this.total + 1));
    this.scroller.toggleAttribute("data-loading", last > first && this.visible().length === 0);
    this.readOn(first, last);
  }

  made(place) {
    const row = this.rows[place];
    if (row) return this.dress(parsed(row.html)[0], place);
    const blank = spacer(this.body, this.table);
    high(blank, this.height);
    return blank;
  }

  dress(element, place) {
    element.setAttribute("aria-rowindex", String(place + 2));
    element.classList.toggle("chosen", element.dataset.id === this.chosen);
    this.mark(element);
    return element;
  }

  // Loads the rows that are missing in the window, or soon will be.
  readOn(first, last) {
    if (this.loading) return;
    let place = first;
    while (this.rows[place]) place += 1;
    if (place >= Math.min(last + AHEAD, this.total)) return;
    this.read(place).catch(() => {}); // the live indicator shows that the server does not answer; scrolling tries again
  }

  async read(place) {
    let known = place - 1;
    while (known >= 0 && !this.rows[known]) known -= 1;
    let count = 1;
    while (count < PAGE && !this.rows[place + count]) count += 1;
    this.loading = true;
    const { turn } = this;
    try {
      const html = await this.load(this.rows[known]?.id ?? "", place - known - 1, count);
      if (turn !== this.turn) return;
      this.put(place, html);
    } finally {
      if (turn === this.turn) this.loading = false;
    }
    this.draw();
    if (this.rows[this.wish]) this.choose(this.rows[this.wish].id);
  }

  // Chooses a row, brings it into the window and gives it the focus.
  choose(id, { focus = true } = {}) {
    const place = this.places.get(id);
    if (place === undefined) return;
    this.wish = -1;
    const before = this.drawn.get(this.chosen);
    if (before) before.classList.remove("chosen");
    this.chosen = id;
    this.show(place);
    const element = this.drawn.get(id);
    element.classList.add("chosen");
    if (focus) element.querySelector("a").focus({ preventScroll: true });
  }

  show(place) {
    const top = place * this.height;
    const head = this.table.tHead.offsetHeight;
    const room = this.scroller.clientHeight - head - this.height;
    if (top < this.scroller.scrollTop) this.scroller.scrollTop = top;
    else if (top > this.scroller.scrollTop + room) this.scroller.scrollTop = top - room;
    this.draw();
  }

  step(by) {
    const from = this.places.get(this.chosen);
    const wanted = from === undefined ? this.firstInWindow() : from + by;
    const place = Math.min(Math.max(wanted, 0), this.total - 1);
    if (this.rows[place]) {
      this.choose(this.rows[place].id);
    } else if (place >= 0) {
      this.wish = place;
      this.show(place);
    }
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
