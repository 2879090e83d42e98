// Puts newly rendered HTML in place of the old, and touches only what changed: focus, scrolling and half-typed answers stay.

const rendered = new WeakMap(); // element -> the HTML that the server gave for it

export function parse(html) {
  const holder = document.createElement("template");
  holder.innerHTML = html;
  return holder.content;
}

// Makes the children of `place` those of `source` (an element or HTML). Children with data-key are kept while their
// HTML is the same; those with data-keep also while a person types in them. Returns the new elements.
export function patch(place, source) {
  const next = typeof source === "string" ? parse(source) : source;
  const known = new Map();
  for (const child of place.children) if (child.dataset?.key) known.set(child.dataset.key, child);
  const made = [];
  const wanted = [...next.children].map((child) => {
    const html = child.outerHTML;
    const old = known.get(child.dataset.key);
    if (old && (rendered.get(old) ?? old.outerHTML) === html) return old;
    if (old?.matches("[data-keep]") && isInUse(old)) return old;
    rendered.set(child, html);
    made.push(child);
    return child;
  });
  let spot = place.firstElementChild;
  for (const child of wanted) {
    if (child === spot) spot = spot.nextElementSibling;
    else place.insertBefore(child, spot);
  }
  while (spot) {
    const gone = spot;
    spot = spot.nextElementSibling;
    gone.remove();
  }
  return made;
}

// Whether a form has the focus or is partly filled in.
export function isInUse(form) {
  if (form.contains(document.activeElement)) return true;
  const fields = [...form.querySelectorAll("textarea, input, select")];
  return fields.some((field) => (isTick(field) ? field.checked !== field.defaultChecked : field.value !== (field.defaultValue ?? "")));
}

function isTick(field) {
  return field.type === "checkbox" || field.type === "radio";
}

// Replaces the content of `place` only when its HTML differs from what was put there last.
export function replace(place, source) {
  const html = typeof source === "string" ? source : source.innerHTML;
  if (rendered.get(place) === html) return false;
  rendered.set(place, html);
  place.replaceChildren(...parse(html).childNodes);
  return true;
}
