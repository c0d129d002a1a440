// What all figures share: texts, numbers, scales, marks, and elements of SVG.

const sharedElement = document.getElementById("figure-shared");
const shared = JSON.parse(sharedElement.textContent);
const INK = "#17222c", MUTED = "#4d5a66", LINE = "#c9d1d8", HAIR = "#e3e8ec", PAPER = "#ffffff";
const GOOD = "#155a9c", BAD = "#a63c06", PLAIN = "#5f6b76", WASH = "#eef1f4";
const VERDICTS = ["better", "worse", "same", "unsure", "differs", "fewer", "met", "unmet"];
const COLOURS = ["#0072b2", "#8f5fa8", "#1b7f5c", "#8a6d00", "#b0417c", "#3f6fb5"];
const DASHES = ["7 3", "2 3", "9 3 2 3", "4 2", "12 4", "1 2"];
const HALO = { "paint-order": "stroke", stroke: PAPER, "stroke-width": 3.5, "stroke-linejoin": "round" };
const kinds = {};

function t(key, values) {
  const text = shared.texts[key];
  if (text === undefined) throw new Error("no text " + key);
  return values ? filled(text, values) : text;
}

function filled(text, values) {
  return text.replace(/\{(\w+)\}/g, (all, name) => values[name] ?? all);
}

// numbers

const writers = new Map();

function number(value, decimals) {
  if (value === null || value === undefined) return t("figure_script.unknown");
  if (!writers.has(decimals)) {
    const digits = { minimumFractionDigits: decimals, maximumFractionDigits: decimals };
    writers.set(decimals, new Intl.NumberFormat(shared.lang === "en" ? "en-GB" : shared.lang, digits));
  }
  const written = writers.get(decimals).format(Math.abs(value));
  const isNought = !/[1-9]/.test(written);
  return (value < 0 && !isNought ? "\u2212" : "") + written;
}

function level(value, scale) {
  if (value === null || value === undefined) return t("figure_script.unknown");
  return filled(scale.unit, { n: number(value, scale.decimals) });
}

function signed(value, scale) {
  if (value === null || value === undefined) return t("figure_script.unknown");
  const written = number(value, scale.decimals);
  const sign = value > 0 && /[1-9]/.test(written) ? "+" : "";
  return filled(scale.change, { n: sign + written });
}

function intervalWords(low, high, scale) {
  if (low === null || low === undefined) return "";
  const ends = { low: number(low, scale.decimals), high: number(high, scale.decimals) };
  return t("figure_script.interval", ends);
}

const at = (list, n) => (list ? list[n] : undefined);

// scales

function linear(domain, range) {
  const [a, b] = domain, [c, d] = range;
  return (value) => c + ((value - a) / (b - a || 1)) * (d - c);
}

// Whole steps of 1, 2 or 5 that reach over a stretch.
function niceTicks(low, high, most) {
  const span = high - low || Math.abs(high) || 1;
  const raw = span / Math.max(most, 1), power = 10 ** Math.floor(Math.log10(raw));
  const step = power * [1, 2, 5, 10].find((m) => m * power >= raw * 0.999);
  const first = Math.floor(low / step + 1e-9), last = Math.ceil(high / step - 1e-9);
  const ticks = [];
  for (let n = first; n <= Math.max(last, first + 1); n++) ticks.push(Number((n * step).toPrecision(12)));
  return ticks;
}

function tickDecimals(ticks) {
  return [0, 1, 2, 3].find((d) => ticks.every((x) => Math.abs(x * 10 ** d - Math.round(x * 10 ** d)) < 1e-6)) ?? 3;
}

const extent = (values) => {
  const known = values.filter((x) => typeof x === "number");
  return known.length ? [Math.min(...known), Math.max(...known)] : [0, 1];
};

// elements

function html(tag, css, text) {
  const element = document.createElement(tag);
  if (css) element.className = css;
  if (text !== undefined) element.textContent = text;
  return element;
}

// What a text holds is never read as markup.
function svg(tag, attributes = {}, text) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const name in attributes) element.setAttribute(name, attributes[name]);
  if (text !== undefined) element.textContent = text;
  return element;
}

const ruler = document.createElement("canvas").getContext("2d");

function textWidth(text, size, bold) {
  ruler.font = `${bold ? "600 " : ""}${size}px ${getComputedStyle(document.body).fontFamily}`;
  return ruler.measureText(text).width;
}

// A text in lines that have room; a word that has none is cut.
function wrapped(text, width, size, bold, most = 3) {
  const lines = [];
  let line = "";
  for (const word of text.split(/\s+/)) {
    const longer = line ? line + " " + word : word;
    if (line && textWidth(longer, size, bold) > width) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  lines.push(line);
  const kept = lines.slice(0, most);
  if (lines.length > most) kept[most - 1] += " …";
  return kept.map((each) => cut(each, width, size, bold));
}

function cut(text, width, size, bold) {
  if (textWidth(text, size, bold) <= width) return text;
  let short = text;
  while (short.length > 1 && textWidth(short + "…", size, bold) > width) short = short.slice(0, -1);
  return short.replace(/ …?$/, "") + "…";
}

// marks

const SHAPES = [
  "M-5-5h10v10h-10z",
  "M0-6.5L6.5 0 0 6.5-6.5 0z",
  "M0-6L6 5H-6z",
  "M0 6L6-5H-6z",
  "M-2.2-6h4.4v3.8h3.8v4.4h-3.8v3.8h-4.4v-3.8h-3.8v-4.4h3.8z",
  "M-3-5.5h6l3 5.5-3 5.5h-6L-6 0z",
];

// The place of a model among those that are not the base; the base is -1.
const order = (model) => (model === shared.base ? -1 : model - (model > shared.base ? 1 : 0));

function shape(model, x, y, attributes = {}) {
  const place = order(model);
  const where = `translate(${x.toFixed(1)} ${y.toFixed(1)})`;
  if (place < 0) return svg("circle", { r: 5, transform: where, fill: PAPER, stroke: INK, "stroke-width": 2, ...attributes });
  return svg("path", { d: SHAPES[place % SHAPES.length], transform: where, fill: INK, ...attributes });
}

const lineColour = (model) => (order(model) < 0 ? INK : COLOURS[order(model) % COLOURS.length]);
const lineDash = (model) => (order(model) < 0 ? "none" : DASHES[order(model) % DASHES.length]);

const verdictColour = (code) => ({ better: GOOD, worse: BAD })[VERDICTS[code]] ?? PLAIN;
const isClear = (code) => VERDICTS[code] === "better" || VERDICTS[code] === "worse" || VERDICTS[code] === "differs";

// The mark of a verdict, 12 px: never colour alone.
function verdictMark(code, x, y) {
  const group = svg("g", { transform: `translate(${x.toFixed(1)} ${y.toFixed(1)})`, "stroke-width": 1.6, fill: "none" });
  const add = (tag, attributes) => group.append(svg(tag, attributes));
  const kind = VERDICTS[code];
  if (kind === "better") {
    add("circle", { r: 6, fill: GOOD });
    add("path", { d: "M-3 .3l2 2 4-4.4", stroke: PAPER });
  } else if (kind === "worse") {
    add("path", { d: "M-5.5-5.5h11v11h-11z", fill: BAD });
    add("path", { d: "M-2.6-2.6l5.2 5.2m0-5.2l-5.2 5.2", stroke: PAPER });
  } else if (kind === "same") add("path", { d: "M-5-2.2H5M-5 2.2H5", stroke: MUTED });
  else if (kind === "differs") add("path", { d: "M0-5.5L5.5 0 0 5.5-5.5 0z", stroke: MUTED });
  else if (kind === "fewer") add("circle", { r: 5, stroke: GOOD });
  else if (kind === "unsure") {
    add("circle", { r: 5.4, stroke: MUTED, "stroke-width": 1.1, "stroke-dasharray": "2.2 1.5" });
    group.append(svg("text", { y: 3.4, "text-anchor": "middle", "font-size": 9, fill: MUTED, stroke: "none" }, "?"));
  }
  return group;
}
