// Short messages in the corner, read out by screen readers; errors stay until they are closed.

const STAYS = 6000;

export function say(text, { bad = false } = {}) {
  const toast = document.createElement("div");
  toast.className = bad ? "toast bad" : "toast";
  const words = document.createElement("span");
  words.textContent = text;
  const close = document.createElement("button");
  close.className = "quiet square";
  close.setAttribute("aria-label", "Close the message");
  close.append(icon("close"));
  close.addEventListener("click", () => toast.remove());
  toast.append(words, close);
  document.getElementById("toasts").append(toast);
  if (!bad) setTimeout(() => toast.remove(), STAYS);
}

// Runs `work`; what it raises becomes a message. Gives undefined then.
export async function attempt(work) {
  try {
    return await work();
  } catch (error) {
    say(error.message, { bad: true });
    return undefined;
  }
}

const ICONS = new URL("../icons.svg", import.meta.url).pathname;

export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `${ICONS}#${name}`);
  svg.append(use);
  return svg;
}
