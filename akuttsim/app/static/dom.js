// Elements made by hand: what a text holds is never read as markup.

const SVG = "http://www.w3.org/2000/svg";

function filled(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children.flat().filter((each) => each !== null && each !== undefined && each !== ""));
  return element;
}

export function make(tag, attributes, ...children) {
  return filled(document.createElement(tag), attributes, children);
}

export function draw(tag, attributes, ...children) {
  return filled(document.createElementNS(SVG, tag), attributes, children);
}

export function button(label, act, attributes = {}) {
  return make("button", { type: "button", class: "button", onclick: act, ...attributes }, label);
}

// One of the report's marks: a shape for each meaning.
export function mark(name) {
  return draw("svg", { class: "mark " + name, "aria-hidden": "true" }, draw("use", { href: "#mark-" + name }));
}

export const find = (id) => document.getElementById(id);

// Puts children into an element anew. Who had the keyboard's focus keeps it, found by `data-keep`, and
// keeps what is being typed there.
export function refill(element, ...children) {
  const active = element.contains(document.activeElement) ? document.activeElement : null;
  element.replaceChildren(...children.flat().filter((each) => each !== null && each !== undefined));
  if (!active?.dataset.keep || active.isConnected) return active?.isConnected && active.focus({ preventScroll: true });
  const next = element.querySelector(`[data-keep="${CSS.escape(active.dataset.keep)}"]`);
  if (!next) return;
  next.focus({ preventScroll: true });
  if (active.type !== "text" || next.value === active.value) return;
  const caret = active.selectionStart;
  next.value = active.value;
  next.setSelectionRange(caret, caret);
}

// A short message that goes away by itself; read out by whoever listens to the page.
export function toast(text) {
  const place = find("toast");
  place.textContent = text;
  clearTimeout(toast.timer);
  toast.timer = setTimeout(() => { place.textContent = ""; }, 6000);
}
