// Light or dark: the system's setting until a person chooses; the choice is a cookie, so that the server renders it at once.

const NEXT = { system: "light", light: "dark", dark: "system" };
const SHOWN = { system: "Theme: system", light: "Theme: light", dark: "Theme: dark" };

export function current() {
  return document.documentElement.dataset.theme || "system";
}

export function choose(theme) {
  if (theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  document.cookie = `warroom_theme=${theme}; path=/; max-age=31536000; samesite=strict`;
}

export function start(button) {
  const label = button.querySelector("[data-label]");
  const show = () => { label.textContent = SHOWN[current()]; };
  show();
  button.addEventListener("click", () => {
    choose(NEXT[current()]);
    show();
  });
}
