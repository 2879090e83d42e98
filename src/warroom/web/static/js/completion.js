// What fits at the cursor of a command line: commands, their arguments, values and instances. No page is touched here.

const QUOTES = "\"'`";
const NEEDS_QUOTES = /[\s"'`]/;
const MOST = 60;

// Splits what is typed into words; a word has {text, start, end, open}: open is the quote that is not closed yet.
export function wordsOf(line) {
  const words = [];
  let at = 0;
  while (at < line.length) {
    if (/\s/.test(line[at])) {
      at += 1;
      continue;
    }
    const word = { start: at, text: "", open: "" };
    while (at < line.length && !/\s/.test(line[at])) {
      const opens = QUOTES.includes(line[at]) && (at === word.start || line[at - 1] === "=");
      if (!opens) {
        word.text += line[at];
        at += 1;
        continue;
      }
      const quote = line[at];
      const end = line.indexOf(quote, at + 1);
      word.open = end < 0 ? quote : "";
      word.text += line.slice(at + 1, end < 0 ? line.length : end);
      at = end < 0 ? line.length : end + 1;
    }
    word.end = at;
    words.push(word);
  }
  return words;
}

export function quoted(value) {
  if (!NEEDS_QUOTES.test(value)) return value;
  const quote = ['"', "'", "`"].find((each) => !value.includes(each)) ?? '"';
  return `${quote}${value}${quote}`;
}

// Sorts names that begin with the typed text before names that only contain it.
export function ranked(typed, candidates) {
  const wanted = typed.toLowerCase();
  const holding = [...new Set(candidates)].filter((each) => each.toLowerCase().includes(wanted));
  return holding.sort((left, right) => Number(right.toLowerCase().startsWith(wanted)) - Number(left.toLowerCase().startsWith(wanted)));
}

// Gives offers {insert, shows, about, from} for the text before the cursor; `from` is where the insertion begins.
export function offersFor(before, { commands, names, near = new Set() }) {
  if (!before.startsWith("!")) return [];
  const words = wordsOf(before.slice(1)).map((word) => ({ ...word, start: word.start + 1, end: word.end + 1 }));
  const current = words.length && words.at(-1).end === before.length ? words.pop() : null;
  if (!words.length) return commandOffers(current?.text ?? "", commands);
  const command = commands[words[0].text];
  const declared = command?.arguments ?? [];
  const typed = current?.text ?? "";
  if (current && before.slice(current.start).includes("=")) {
    const name = typed.slice(0, typed.indexOf("="));
    return valueOffers(name, typed.slice(name.length + 1), before.indexOf("=", current.start) + 1, declared, { names, near });
  }
  const given = new Set(words.map((word) => word.text.split("=")[0]));
  return argumentOffers(typed, before.length - typed.length, declared.filter((each) => !given.has(each.name)), given);
}

function commandOffers(typed, commands) {
  return ranked(typed, Object.keys(commands)).slice(0, MOST).map((name) => ({
    insert: `${name} `,
    shows: name,
    about: commands[name].description,
    detail: (commands[name].arguments ?? []).filter((each) => each.required).map((each) => each.name).join(" "),
    from: 1,
  }));
}

function argumentOffers(typed, from, declared, given) {
  const wanted = typed.toLowerCase();
  const fitting = declared.filter((each) => each.name.toLowerCase().includes(wanted));
  fitting.sort((left, right) => Number(right.required) - Number(left.required));
  const using = "using".startsWith(wanted) && !given.has("using")
    ? [{ insert: "using=", shows: "using", about: "The instance on which to run it.", detail: "", from }]
    : [];
  return [
    ...fitting.map((each) => ({ insert: `${each.name}=`, shows: each.name, about: each.description, detail: each.required ? "needed" : "", from })),
    ...using,
  ].slice(0, MOST);
}

function valueOffers(name, value, from, declared, { names, near }) {
  const argument = declared.find((each) => each.name === name);
  const candidates = name === "using" ? names.instances : [...(argument?.values ?? []), ...(argument?.host ? names.hosts : [])];
  const cut = argument?.list ? value.lastIndexOf(",") + 1 : 0;
  const fitting = ranked(value.slice(cut).trim(), candidates).sort((left, right) => Number(near.has(right)) - Number(near.has(left)));
  return fitting.slice(0, MOST).map((candidate) => ({
    insert: `${quoted(value.slice(0, cut) + candidate)} `,
    shows: candidate,
    about: "",
    detail: near.has(candidate) ? "in this incident" : "",
    from,
  }));
}

// Says which argument the cursor is in, or what the command still needs.
export function hintFor(before, { commands }) {
  const words = wordsOf(before.slice(1));
  const command = before.startsWith("!") && words.length ? commands[words[0].text] : null;
  if (!command) return "";
  const given = new Set(words.slice(1).map((word) => word.text.split("=")[0]));
  const last = words.at(-1);
  const inside = command.arguments.find((each) => last.text.startsWith(`${each.name}=`));
  if (inside && last.end === before.length - 1) return inside.description;
  const due = command.arguments.filter((each) => each.required && !given.has(each.name)).map((each) => each.name);
  return due.length ? `${command.description} Still needed: ${due.join(", ")}.` : command.description;
}

export function hasSecret(line, commands) {
  const words = wordsOf(line.slice(1));
  const declared = commands[words[0]?.text]?.arguments ?? [];
  return words.slice(1).some((word) => declared.some((each) => each.secret && word.text.startsWith(`${each.name}=`)));
}
