// What the server wrote into the page: words of one language, and the state to begin with.

export const page = JSON.parse(document.getElementById("page").textContent);

// A text by its key, with {placeholders} filled in.
export function t(key, values) {
  const text = page.words[key];
  if (text === undefined) throw new Error("no text " + key);
  return values ? text.replace(/\{(\w+)\}/g, (all, name) => values[name] ?? all) : text;
}

const locale = page.lang === "en" ? "en-GB" : page.lang;

// A number with so many decimals; a minus sign as typeset, never before zero.
export function number(value, decimals = 0) {
  const format = new Intl.NumberFormat(locale, { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
  const text = format.format(Math.abs(value));
  return value < 0 && /[1-9]/.test(text) ? "\u2212" + text : text;
}

// Minutes as people say them: 34 min, 1 t 58 min; a way that is not there has none.
export function minutes(value) {
  if (value === null || value === undefined || value >= 1e6) return t("unit.none");
  const whole = Math.round(value);
  if (whole < 60) return t("unit.min", { n: number(whole) });
  return t("unit.hour_min", { h: number(Math.floor(whole / 60)), n: number(whole % 60) });
}

// A time of day as it is written in the language: 15.30 or 15:30.
export function clock(text) {
  return text.replace(":", t("unit.clock"));
}

export const DAYS = t("days").split(" ");

// A text that begins a line, with a capital letter.
export function capital(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

// How long until something, in words that need no precision.
export function until(seconds) {
  if (seconds < 60) return t("unit.seconds", { n: number(Math.max(1, Math.round(seconds))) });
  return t("unit.minutes", { n: number(Math.ceil(seconds / 60)) });
}
