// Times in the reader's zone: <time data-clock> as the time of day, <time data-ago> as how long since, kept up to date.

const STEPS = [[60, 1, "s"], [3600, 60, "min"], [86400, 3600, "h"], [Infinity, 86400, "d"]];
const OFTEN = 5000;
const clock = new Intl.DateTimeFormat(undefined, { timeStyle: "medium", hourCycle: "h23" });
const day = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium", hourCycle: "h23" });

export function ago(moment, now = Date.now()) {
  const seconds = Math.max(0, (now - moment) / 1000);
  const [, size, unit] = STEPS.find(([most]) => seconds < most);
  return `${Math.floor(seconds / size)} ${unit} ago`;
}

function show(element) {
  const moment = new Date(element.dateTime);
  if (Number.isNaN(moment.getTime())) return;
  const isToday = moment.toDateString() === new Date().toDateString();
  const text = element.hasAttribute("data-ago") ? ago(moment) : (isToday ? clock : day).format(moment);
  if (element.textContent !== text) element.textContent = text;
  if (!element.title) element.title = `${element.dateTime.slice(0, 19).replace("T", " ")} UTC`;
}

export function localise(root = document) {
  for (const element of root.querySelectorAll("time[data-clock], time[data-ago]")) show(element);
}

export function start() {
  localise();
  setInterval(() => { for (const element of document.querySelectorAll("time[data-ago]")) show(element); }, OFTEN);
  new MutationObserver((changes) => {
    for (const change of changes) for (const node of change.addedNodes) if (node.parentElement) localise(node.parentElement);
  }).observe(document.body, { childList: true, subtree: true });
}
