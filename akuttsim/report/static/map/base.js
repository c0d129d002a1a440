// What both maps share: the data of the page, texts, numbers and clock.

const shared = JSON.parse(document.getElementById("live-data").textContent);
const INK = "#1d2730", FAINT = "#5b6770", PAPER = "#ffffff";
const calm = window.matchMedia("(prefers-reduced-motion: reduce)");

function t(key, values) {
  const text = shared.texts[key];
  if (text === undefined) throw new Error("no text " + key);
  return values ? text.replace(/\{(\w+)\}/g, (all, name) => values[name] ?? all) : text;
}

const whole = new Intl.NumberFormat(shared.lang === "en" ? "en-GB" : shared.lang, { maximumFractionDigits: 0 });

function number(value) {
  return whole.format(value);
}

// Seconds as people say a drive: 34 min, 2 h 5 min.
function minutes(seconds) {
  const total = Math.round(seconds / 60);
  if (total < 90) return t("live.unit.min", { n: number(total) });
  return t("live.unit.hour_min", { h: number(Math.floor(total / 60)), n: number(total % 60) });
}

function signed(seconds) {
  const total = Math.round(seconds / 60);
  if (total === 0) return t("live.unit.min", { n: "0" });
  return (total > 0 ? "+" : "\u2212") + minutes(Math.abs(seconds));
}

// Short waits: 45 s, 3 min 20 s.
function wait(seconds) {
  const s = Math.max(0, Math.round(seconds));
  if (s < 60) return t("live.unit.s", { n: s });
  if (s < 600 && s % 60) return t("live.unit.min_s", { n: Math.floor(s / 60), s: s % 60 });
  return minutes(s);
}

const two = (n) => String(n).padStart(2, "0");

function clock(seconds) {
  const s = ((Math.floor(seconds) % 86400) + 86400) % 86400;
  const time = two(Math.floor(s / 3600)) + ":" + two(Math.floor(s / 60) % 60);
  if (seconds < 0) return t("live.clock.before", { time });
  return seconds >= 86400 ? t("live.clock.after", { time }) : time;
}

// An element with a class and text; what text holds is never read as markup.
function make(tag, css, text) {
  const element = document.createElement(tag);
  if (css) element.className = css;
  if (text !== undefined) element.textContent = text;
  return element;
}

function fill(element, children) {
  element.replaceChildren(...children);
}

// The position of the last of sorted values that is not above a limit; -1 for none.
function lastBefore(list, limit, value) {
  let low = 0, high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (value(list[middle]) <= limit) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

// Places with people, the most populous first.
shared.region.order = shared.region.places
  .map((place, n) => [place[2], n])
  .filter(([people]) => people > 0)
  .sort((a, b) => b[0] - a[0])
  .map(([, n]) => n);
