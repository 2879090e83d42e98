// The form for an instance, drawn from the settings that its integration declares (XSOAR's numbers of kinds).

const TEXT_LONG = 12;
const BOOLEAN = 8;
const ONE_OF = 15;
const SEVERAL_OF = 16;
const LABELS = { apikey: "API Key" }; // XSOAR names what only a secret field has elsewhere
const FIRST = ["url", "apikey", "credentials", "isFetch", "read_only"]; // what most people need; the rest folds away

export function fieldsOf(integration, instance) {
  const fields = integration.params.filter((param) => !param.hidden);
  const first = fields.filter((param) => FIRST.includes(param.name) || param.required);
  const rest = fields.filter((param) => !first.includes(param));
  first.sort((one, other) => place(one) - place(other));
  const drawn = first.map((param) => fieldOf(param, instance));
  if (rest.length > 0) {
    const more = document.createElement("details");
    more.className = "more";
    const summary = document.createElement("summary");
    summary.textContent = `${rest.length} more settings`;
    const inside = document.createElement("div");
    inside.append(...rest.map((param) => fieldOf(param, instance)));
    more.append(summary, inside);
    drawn.push(more);
  }
  return drawn;
}

// Gives the settings that differ from what is kept: `{params, secrets}`.
export function valuesOf(form, instance) {
  const wish = { params: {}, secrets: {} };
  for (const input of form.querySelectorAll("[data-param]")) {
    const value = valueOf(input);
    const { param, secret, before } = input.dataset;
    if (secret && value !== "") wish.secrets[param] = value;
    if (!secret && (instance ? value !== before : value !== "")) wish.params[param] = value;
  }
  return wish;
}

function place(param) {
  return FIRST.includes(param.name) ? FIRST.indexOf(param.name) : FIRST.length;
}

function valueOf(input) {
  if (input.type === "checkbox") return String(input.checked);
  if (input.multiple) return [...input.selectedOptions].map((option) => option.value).join(",");
  return input.value.trim();
}

function fieldOf(param, instance) {
  const id = `param-${param.name}`;
  const now = String(instance?.params?.[param.name] ?? (instance ? "" : usual(param)));
  const input = inputOf(param, now);
  input.id = id;
  input.dataset.param = param.name;
  input.dataset.before = param.kind === BOOLEAN ? String(now === "true") : now;
  if (param.secret) input.dataset.secret = "1";
  input.required = param.required && param.kind !== BOOLEAN && !(instance && param.secret);
  const field = document.createElement("div");
  field.className = "field";
  const label = document.createElement("label");
  label.htmlFor = id;
  label.textContent = LABELS[param.label] || param.label;
  if (param.kind === BOOLEAN) {
    label.className = "check";
    label.prepend(input);
    field.append(label);
  } else {
    field.append(label, input);
  }
  if (param.secret && instance) field.append(hint("Leave it empty to keep the current value."));
  return field;
}

function usual(param) {
  if (param.name === "read_only") return "true"; // proposed: nothing is changed unless a person chooses it
  return param.default ?? "";
}

function inputOf(param, now) {
  if (param.kind === ONE_OF || param.kind === SEVERAL_OF) return selectOf(param, now);
  const input = document.createElement(param.kind === TEXT_LONG ? "textarea" : "input");
  if (param.kind === BOOLEAN) {
    input.type = "checkbox";
    input.checked = now === "true";
    return input;
  }
  if (param.secret) {
    input.type = "password";
    input.autocomplete = "off";
    return input;
  }
  input.value = now;
  if (param.name === "url") input.setAttribute("list", "regions");
  return input;
}

function selectOf(param, now) {
  const select = document.createElement("select");
  select.multiple = param.kind === SEVERAL_OF;
  const chosen = select.multiple ? now.split(",") : [now];
  if (!select.multiple && !param.required) select.append(new Option("", ""));
  for (const value of param.options) select.append(new Option(value, value, false, chosen.includes(value)));
  return select;
}

function hint(text) {
  const line = document.createElement("span");
  line.className = "hint";
  line.textContent = text;
  return line;
}
