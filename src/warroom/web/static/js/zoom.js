// A picture that scrolls, zooms and has a small map: sizes change, the drawing itself does not.

const LEAST = 0.15;
const MOST = 2;
const STEP = 1.2;
const MAP_WIDTH = 168;
const MAP_HEIGHT = 116;
const SVG = "http://www.w3.org/2000/svg";

export class Zoom {
  constructor({ scroll, map, said, moved }) {
    this.scroll = scroll;
    this.map = map;
    this.said = said;
    this.moved = moved;
    this.scale = 1;
    this.isChosen = false; // whether the reader has chosen a size
    this.size = { width: 0, height: 0 };
    scroll.addEventListener("scroll", () => this.frame());
    scroll.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    scroll.addEventListener("pointerdown", (event) => this.grab(event));
    map.addEventListener("pointerdown", (event) => this.jump(event));
  }

  get svg() {
    return this.scroll.querySelector("svg.work-plan");
  }

  // Takes another picture over.
  take(width, height) {
    this.size = { width, height };
    this.apply();
  }

  apply() {
    const svg = this.svg;
    if (!svg) return;
    svg.setAttribute("width", String(this.size.width * this.scale));
    svg.setAttribute("height", String(this.size.height * this.scale));
    this.said.textContent = `${Math.round(this.scale * 100)} %`;
    this.drawMap();
  }

  to(scale, around) {
    const { scroll } = this;
    const at = around ?? { x: scroll.clientWidth / 2, y: scroll.clientHeight / 2 };
    const before = { x: (scroll.scrollLeft + at.x) / this.scale, y: (scroll.scrollTop + at.y) / this.scale };
    this.scale = Math.min(MOST, Math.max(LEAST, scale));
    this.apply();
    scroll.scrollLeft = before.x * this.scale - at.x;
    scroll.scrollTop = before.y * this.scale - at.y;
  }

  larger() { this.choose(this.scale * STEP); }

  smaller() { this.choose(this.scale / STEP); }

  choose(scale, around) {
    this.isChosen = true;
    this.to(scale, around);
  }

  fit() {
    const { scroll, size } = this;
    if (!size.width) return;
    this.isChosen = true;
    this.to(Math.min(1, (scroll.clientWidth - 24) / size.width, (scroll.clientHeight - 24) / size.height));
    scroll.scrollTo(0, 0);
  }

  centre(element) {
    if (!element || !this.scroll.clientWidth) return;
    const card = element.querySelector(".card") ?? element;
    const box = card.getBoundingClientRect();
    const view = this.scroll.getBoundingClientRect();
    const top = box.height > view.height ? box.top - view.top - 40 : box.top + box.height / 2 - view.top - view.height / 2;
    this.scroll.scrollBy({ left: box.left + box.width / 2 - view.left - view.width / 2, top });
  }

  shows(element) {
    const box = (element.querySelector(".card") ?? element).getBoundingClientRect();
    const view = this.scroll.getBoundingClientRect();
    return box.top >= view.top && box.bottom <= view.bottom && box.left >= view.left && box.right <= view.right;
  }

  wheel(event) {
    if (!event.ctrlKey && !event.metaKey) {
      this.moved();
      return;
    }
    event.preventDefault();
    const view = this.scroll.getBoundingClientRect();
    this.choose(this.scale * (event.deltaY < 0 ? STEP : 1 / STEP), { x: event.clientX - view.left, y: event.clientY - view.top });
  }

  grab(event) {
    if (event.button !== 0 || event.target.closest(".task:not(.opened)")) return;
    const begin = { x: event.clientX + this.scroll.scrollLeft, y: event.clientY + this.scroll.scrollTop };
    this.dragged = false;
    const move = (moved) => {
      this.dragged = true;
      this.scroll.scrollLeft = begin.x - moved.clientX;
      this.scroll.scrollTop = begin.y - moved.clientY;
      this.moved();
    };
    this.scroll.classList.add("grabbed");
    addEventListener("pointermove", move);
    addEventListener("pointerup", () => {
      removeEventListener("pointermove", move);
      this.scroll.classList.remove("grabbed");
    }, { once: true });
  }

  drawMap() {
    const { width, height } = this.size;
    const fits = width * this.scale <= this.scroll.clientWidth + 2 && height * this.scale <= this.scroll.clientHeight + 2;
    this.map.toggleAttribute("hidden", fits || !width);
    if (fits || !width) return;
    const ratio = Math.min(MAP_WIDTH / width, MAP_HEIGHT / height);
    this.map.setAttribute("viewBox", `0 0 ${width} ${height}`);
    this.map.setAttribute("width", String(width * ratio));
    this.map.setAttribute("height", String(height * ratio));
    const origin = this.svg.getBoundingClientRect();
    const boxes = [...this.svg.querySelectorAll(".task")].map((task) => {
      const box = (task.querySelector(".card") ?? task).getBoundingClientRect();
      const [x, y, wide, high] = [box.left - origin.left, box.top - origin.top, box.width, box.height].map((value) => value / this.scale);
      return rectangle({ x, y, width: wide, height: high, rx: 6 }, `dot ${task.classList.contains("opened") ? "opened" : task.dataset.state}`);
    });
    this.view = rectangle({}, "view");
    this.map.replaceChildren(...boxes, this.view);
    this.frame();
  }

  frame() {
    if (!this.view || this.map.hasAttribute("hidden")) return;
    const { scroll, scale } = this;
    set(this.view, { x: scroll.scrollLeft / scale, y: scroll.scrollTop / scale, width: scroll.clientWidth / scale, height: scroll.clientHeight / scale });
  }

  jump(event) {
    const box = this.map.getBoundingClientRect();
    const x = ((event.clientX - box.left) / box.width) * this.size.width * this.scale;
    const y = ((event.clientY - box.top) / box.height) * this.size.height * this.scale;
    this.scroll.scrollTo(x - this.scroll.clientWidth / 2, y - this.scroll.clientHeight / 2);
    this.moved();
  }
}

function rectangle(facts, css) {
  const made = document.createElementNS(SVG, "rect");
  made.setAttribute("class", css);
  set(made, facts);
  return made;
}

function set(element, facts) {
  for (const [name, value] of Object.entries(facts)) element.setAttribute(name, String(Math.max(0, value)));
}
