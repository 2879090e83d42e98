// Live push: one WebSocket for the tab. It reconnects by itself, continues after the last event, and never
// reloads the page: when events may have been missed, listeners are asked to read their data again.

const FIRST_PAUSE = 250;
const LONGEST_PAUSE = 8000;
const SILENCE = 65000; // the server gives a sign of life more often than this

const KINDS = { // of events that each topic is about; the server sends no others for it
  queue: ["incident", "plan"],
  tasks: ["task", "answer", "plan"],
  instances: ["fetch", "instance", "mirror"],
  halts: ["halt"],
  users: ["sign-in", "user", "api-key"],
};

class Live {
  constructor() {
    this.listeners = new Map(); // topic -> set of functions
    this.resyncers = new Set();
    this.watchers = new Set();
    this.after = Number(document.body.dataset.sequence || "") || null;
    this.epoch = null;
    this.pause = FIRST_PAUSE;
    this.state = "joining";
    this.socket = null;
    this.timer = 0;
  }

  // Calls `hear(event)` for each event of the topic ("queue", "tasks", "instances", "halts", "users", "incident:ID"); returns a function that ends it.
  subscribe(topic, hear) {
    if (!this.listeners.has(topic)) this.listeners.set(topic, new Set());
    this.listeners.get(topic).add(hear);
    if (this.socket === null) this.open();
    else this.wish();
    return () => {
      this.listeners.get(topic)?.delete(hear);
      if (!this.listeners.get(topic)?.size) this.listeners.delete(topic);
      this.wish();
    };
  }

  // Calls `again()` when events may have been missed and the page's data must be read again.
  onResync(again) {
    this.resyncers.add(again);
  }

  // Calls `watch("joining" | "live" | "away")` on each change.
  onState(watch) {
    this.watchers.add(watch);
    watch(this.state);
  }

  open() {
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    this.socket = new WebSocket(`${scheme}//${location.host}/live`);
    this.socket.addEventListener("open", () => {
      this.pause = FIRST_PAUSE;
      this.become("live");
      this.wish();
      this.watchSilence();
    });
    this.socket.addEventListener("message", (message) => this.hear(JSON.parse(message.data)));
    this.socket.addEventListener("close", (ended) => this.closed(ended.code));
  }

  closed(code) {
    clearTimeout(this.timer);
    this.become("away");
    if (code === 4401) {
      location.assign(`/login?next=${encodeURIComponent(location.pathname + location.search)}`);
      return;
    }
    setTimeout(() => this.open(), this.pause * (0.75 + Math.random() / 2));
    this.pause = Math.min(this.pause * 2, LONGEST_PAUSE);
  }

  wish() {
    if (this.socket?.readyState !== WebSocket.OPEN) return;
    this.socket.send(JSON.stringify({ subscribe: [...this.listeners.keys()], after: this.after }));
  }

  hear(event) {
    this.watchSilence();
    const moved = this.epoch !== null && event.epoch && event.epoch !== this.epoch;
    if (event.epoch) this.epoch = event.epoch;
    if (event.sequence) this.after = event.sequence;
    if (event.resync || moved) {
      for (const again of this.resyncers) again();
    }
    if (event.resync || event.kind === "alive") return;
    for (const [topic, hearers] of this.listeners) {
      const concerns = KINDS[topic] ? KINDS[topic].includes(event.kind) : topic === `incident:${event.incident}`;
      if (!concerns) continue;
      for (const hear of hearers) hear(event);
    }
  }

  watchSilence() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.socket.close(), SILENCE);
  }

  become(state) {
    if (state === this.state) return;
    this.state = state;
    for (const watch of this.watchers) watch(state);
  }
}

export const live = new Live();
