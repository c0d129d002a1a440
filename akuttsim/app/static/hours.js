// Opening hours: days that are alike stand on one line, "Monday to Friday from 15.30 to 23.00".

import { say } from "./form.js";
import { button, make } from "./dom.js";
import { DAYS, capital, clock, page, t } from "./words.js";

const WAIT_MS = 700;
const NEW = ["08:00", "16:00"];

export class HoursField {
  constructor(draft, field, about) {
    this.draft = draft;
    this.field = field;
    this.about = about;
    field.value = field.value.map(whole);
    this.lines = alike(field.value);
    this.element = make("fieldset", { class: "hours" }, make("legend", {}, capital(field.label)),
      this.lines.map((days) => this.line(days)),
      field.help ? make("small", { class: "help" }, field.help) : null,
      field.changed ? make("small", { class: "before" }, t("form.today", { value: spoken(field.base) })) : null);
  }

  line(days) {
    const spans = this.field.value[days[0]];
    const name = nameOf(days);
    const times = spans.flatMap((span, n) => [
      n ? make("span", {}, t("hours.and")) : null,
      this.time(days, n, 0, span[0], name), make("span", {}, t("hours.to")), this.time(days, n, 1, span[1], name),
    ]);
    return make("div", { class: "line" }, make("b", {}, name),
      spans.length ? times : make("span", { class: "shut" }, t("hours.shut")), this.acts(days, spans, name));
  }

  acts(days, spans, name) {
    if (page.read_only) return null;
    const keep = (what) => ({ class: "button small", "data-keep": `${this.field.key}-${what}-${days[0]}` });
    const open = button(t("hours.open"), () => this.send(days, [NEW]), { ...keep("open"), "aria-label": t("hours.open_of", { days: name }) });
    const shut = button(t("hours.close"), () => this.send(days, []), { ...keep("shut"), "aria-label": t("hours.close_of", { days: name }) });
    const split = days.length > 1 && button(t("hours.split"), (event) => this.split(event.target, days), { ...keep("split"), class: "linkish" });
    return [spans.length ? shut : open, split || null];
  }

  time(days, n, end, value, name) {
    const input = make("input", {
      type: "text", value: clock(value), class: "time", autocomplete: "off", disabled: page.read_only,
      id: `${this.about.id}-${days[0]}-${n}-${end}`, "data-keep": `${this.field.key}-${days[0]}-${n}-${end}`,
      "aria-label": t(end ? "hours.until_of" : "hours.from_of", { days: name }),
      "aria-describedby": this.about.id + "-error", "aria-invalid": this.about.problems.length ? "true" : null,
    });
    const send = () => {
      clearTimeout(input.timer);
      this.read(input, days, n, end, value);
    };
    input.addEventListener("change", send);
    input.addEventListener("input", () => {
      clearTimeout(input.timer);
      input.timer = setTimeout(send, WAIT_MS);
    });
    return input;
  }

  read(input, days, n, end, before) {
    const time = timeOf(input.value);
    if (time === null) return this.complain(input, before);
    if (time === before) return;
    const spans = this.field.value[days[0]].map((span) => [...span]);
    spans[n][end] = time;
    this.send(days, spans);
  }

  complain(input, before) {
    const mend = () => {
      input.value = clock(before);
      input.setAttribute("aria-invalid", "false");
      document.getElementById(this.about.id + "-error").replaceChildren();
      input.focus();
    };
    say(input, t("hours.no_time", { value: input.value }), { label: t("hours.use", { value: clock(before) }), act: mend });
  }

  send(days, spans) {
    const week = this.field.value.map((each, day) => (days.includes(day) ? spans : each));
    this.field.value = week; // what is set next builds on it, before the server has answered
    this.draft.set(this.field.key, week);
  }

  // Shows days of a line one by one; nothing is changed by it.
  split(pressed, days) {
    pressed.closest(".line").replaceWith(...days.map((day) => this.line([day])));
    document.getElementById(`${this.about.id}-${days[0]}-0-0`)?.focus();
  }
}

// The hours of a day without those that lie within others.
function whole(spans) {
  const holds = ([from, to], [first, last]) => from < to && first < last && from <= first && to >= last;
  return spans.filter((span, n) => !spans.some((other, m) => m !== n && holds(other, span) && !(holds(span, other) && n < m)));
}

// "22", "22.30", "9:15" as "HH:MM"; null for what is no time of day.
function timeOf(text) {
  const parts = /^(\d{1,2})(?:[.:](\d\d))?$/.exec(text.trim());
  if (!parts) return null;
  const hour = Number(parts[1]), minute = Number(parts[2] ?? 0);
  if (hour > 24 || minute > 59 || (hour === 24 && minute)) return null;
  return String(hour).padStart(2, "0") + ":" + String(minute).padStart(2, "0");
}

// Days with the same hours, each line a list of days in their order.
function alike(week) {
  const lines = new Map();
  week.forEach((spans, day) => {
    const form = JSON.stringify(spans);
    lines.set(form, [...(lines.get(form) ?? []), day]);
  });
  return [...lines.values()];
}

function nameOf(days) {
  const is = (first, last) => days[0] === first && days.at(-1) === last && days.length === last - first + 1;
  if (is(0, 6)) return t("hours.daily");
  if (is(0, 4)) return t("hours.weekdays");
  if (is(5, 6)) return t("hours.weekend");
  return days.map((day) => DAYS[day]).join(", ");
}

function spoken(week) {
  const told = (spans) => spans.map(([from, to]) => t("hours.span", { from: clock(from), to: clock(to) })).join(", ");
  return alike(week).map((days) => nameOf(days) + " " + (told(week[days[0]]) || t("hours.shut"))).join("; ");
}
