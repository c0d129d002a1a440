// A week of 7 x 24 hours, painted by mouse, by keys, or filled in by a sentence without dragging.

import { button, make } from "./dom.js";
import { DAYS, capital, number, page, t } from "./words.js";

const STEPS = ["+1", "-1"];
const MOST_BRUSH = 4;
const WHEN = ["daily", "weekdays", "weekend"];

export class RosterField {
  constructor(draft, estimates) {
    this.draft = draft;
    this.estimates = estimates;
    this.brush = "+1";
    this.at = [0, 8];
    this.anchor = null;
    this.sentence = { days: "daily", from: 23, to: 8, brush: "+1" };
    estimates.listen(() => this.cells && this.repaint());
  }

  show(field) {
    this.field = field;
    this.week = field.value.week.map((day) => [...day]);
    this.today = (field.base ?? field.value).week; // what is new has no today
    this.note = make("p", { class: "hint" });
    const parts = [make("p", { class: "label" }, capital(field.label)), this.brushes(), this.table(), this.note, this.words()];
    this.repaint();
    return parts;
  }

  get most() {
    return this.field.value.max ?? 9;
  }

  brushes() {
    const all = [...STEPS, ...Array.from({ length: Math.min(MOST_BRUSH, this.most) + 1 }, (_, n) => String(n))];
    const choose = (name) => {
      this.brush = name;
      for (const each of group.querySelectorAll("button")) each.setAttribute("aria-pressed", String(each.dataset.brush === name));
    };
    const group = make("div", { class: "brush", role: "group", "aria-label": t("paint.brush") }, make("span", {}, t("paint.with")),
      all.map((name) => {
        const made = button(name.replace("-", "\u2212"), () => choose(name), {
          "data-brush": name, "data-keep": `${this.field.key}-brush-${name}`, "aria-pressed": String(name === this.brush),
          disabled: page.read_only, title: brushName(name),
        });
        made.append(make("span", { class: "unseen" }, " " + brushName(name)));
        return made;
      }));
    return group;
  }

  table() {
    const hours = [0, 6, 12, 18].map((hour) => make("th", { colspan: 6, scope: "colgroup" }, hour ? String(hour) : t("paint.clock")));
    this.cells = DAYS.map((_, day) => Array.from({ length: 24 }, (__, hour) => this.cell(day, hour)));
    const rows = DAYS.map((name, day) => make("tr", { role: "row" }, make("th", { scope: "row", role: "rowheader" }, name), this.cells[day]));
    const table = make("table", { class: "week", role: "grid", "aria-label": t("paint.grid", { title: capital(this.field.label) }), "aria-readonly": String(page.read_only) },
      make("thead", {}, make("tr", { role: "row" }, make("td", { role: "presentation" }), hours)), make("tbody", {}, rows));
    this.listen(table);
    return table;
  }

  cell(day, hour) {
    return make("td", { role: "gridcell", "data-day": day, "data-hour": hour, "data-keep": `${this.field.key}-${day}-${hour}`, tabindex: this.isAt(day, hour) ? 0 : -1 });
  }

  isAt(day, hour) {
    return this.at[0] === day && this.at[1] === hour;
  }

  // What each hour shows: how many, whether that is changed, and whether the target is missed.
  repaint() {
    const answered = this.answered();
    let missed = 0, before = 0;
    for (const [day, row] of this.cells.entries()) {
      for (const [hour, cell] of row.entries()) {
        const count = this.week[day][hour], now = answered?.now[day * 24 + hour];
        const isLow = now !== undefined && now !== null && now < answered.target;
        missed += isLow;
        before += answered ? answered.base[day * 24 + hour] < answered.target : 0;
        this.paint(cell, { day, hour, count, isLow, now });
      }
    }
    this.tell(answered, missed, before);
  }

  paint(cell, { day, hour, count, isLow, now }) {
    const isChanged = count !== this.today[day][hour];
    cell.className = `n${Math.min(count, 4)}${isLow ? " low" : ""}${isChanged ? " other" : ""}`;
    cell.textContent = String(count);
    const told = [t("paint.hour", { day: DAYS[day], from: hour, to: hour + 1, n: number(count) })];
    if (isChanged) told.push(t("paint.base", { n: number(this.today[day][hour]) }));
    if (now !== undefined && now !== null) told.push(t(isLow ? "paint.low" : "paint.enough", { share: number(100 * now) }));
    cell.title = told.join(". ");
    cell.setAttribute("aria-label", cell.title);
  }

  // Hours are underlined at the room that the estimates are about alone.
  answered() {
    const known = this.estimates.now?.answered_by_hour;
    if (!known) return null;
    return known.key && known.key !== this.field.key ? null : known.key || this.isFirst() ? known : null;
  }

  isFirst() {
    const first = this.draft.fields().find(({ field }) => field.kind === "roster");
    return first?.field.key === this.field.key;
  }

  tell(answered, missed, before) {
    const hours = this.week.flat().reduce((sum, each) => sum + each, 0);
    const today = this.today.flat().reduce((sum, each) => sum + each, 0);
    const line = make("i", { "aria-hidden": "true" });
    const told = [t(hours === today ? "paint.hours" : "paint.hours_changed", { n: number(hours), base: number(today) })];
    const about = missed === before ? "paint.missed" : "paint.missed_changed";
    this.note.replaceChildren(told[0], ...(answered ? [" ", line, " ", t(about, { n: number(missed), base: number(before) })] : []),
      " ", t("paint.how"));
  }

  // the mouse, or a pen

  listen(table) {
    const cellOf = (event) => document.elementFromPoint(event.clientX, event.clientY)?.closest?.("td[data-day]");
    table.addEventListener("pointerdown", (event) => {
      const cell = event.target.closest("td[data-day]");
      if (!cell || event.button || page.read_only) return;
      event.preventDefault();
      this.stroke = { before: this.week.map((day) => [...day]) };
      this.anchor = null;
      table.setPointerCapture(event.pointerId);
      this.touch(cell);
    });
    table.addEventListener("pointermove", (event) => {
      const cell = this.stroke && cellOf(event);
      if (cell && table.contains(cell)) this.touch(cell);
    });
    table.addEventListener("pointerup", () => this.end());
    table.addEventListener("pointercancel", () => this.end());
    table.addEventListener("keydown", (event) => this.key(event));
    table.addEventListener("focusin", (event) => {
      const cell = event.target.closest("td[data-day]");
      if (cell) this.at = [Number(cell.dataset.day), Number(cell.dataset.hour)];
    });
  }

  touch(cell) {
    const day = Number(cell.dataset.day), hour = Number(cell.dataset.hour);
    this.anchor ??= [day, hour]; // a stroke fills the block from where it began
    this.move(day, hour);
    this.week = this.stroke.before.map((row) => [...row]);
    for (const [d, h] of this.chosen()) this.week[d][h] = this.painted(this.stroke.before[d][h], this.brush);
    this.repaint();
  }

  end() {
    if (!this.stroke) return;
    this.stroke = this.anchor = null;
    this.send();
  }

  painted(count, brush) {
    const value = STEPS.includes(brush) ? count + Number(brush) : Number(brush);
    return Math.max(this.field.value.min ?? 0, Math.min(value, this.most));
  }

  // keys: arrows move, with shift they mark; + and - and digits paint what is marked

  key(event) {
    const [day, hour] = this.at;
    const step = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key];
    const brush = { "+": "+1", "-": "-1", "\u2212": "-1" }[event.key] ?? (/^\d$/.test(event.key) ? event.key : null);
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (step || event.key === "Home" || event.key === "End") {
      event.preventDefault();
      if (event.shiftKey) this.anchor ??= [day, hour];
      else this.anchor = null;
      if (step) this.move(clamp(day + step[0], 6), clamp(hour + step[1], 23));
      else this.move(day, event.key === "Home" ? 0 : 23);
      this.markChosen();
    } else if ((brush !== null || event.key === " ") && !page.read_only) {
      event.preventDefault();
      this.fill(brush ?? this.brush);
    }
  }

  chosen() {
    const [day, hour] = this.at, [otherDay, otherHour] = this.anchor ?? this.at;
    const cells = [];
    for (let d = Math.min(day, otherDay); d <= Math.max(day, otherDay); d++) {
      for (let h = Math.min(hour, otherHour); h <= Math.max(hour, otherHour); h++) cells.push([d, h]);
    }
    return cells;
  }

  markChosen() {
    for (const cell of this.cells.flat()) cell.classList.remove("marked");
    if (this.anchor) for (const [day, hour] of this.chosen()) this.cells[day][hour].classList.add("marked");
  }

  fill(brush) {
    for (const [day, hour] of this.chosen()) this.week[day][hour] = this.painted(this.week[day][hour], brush);
    this.anchor = null;
    this.repaint();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.send(), 400);
  }

  move(day, hour) {
    this.cells[this.at[0]][this.at[1]].tabIndex = -1;
    this.at = [day, hour];
    const cell = this.cells[day][hour];
    cell.tabIndex = 0;
    cell.focus({ preventScroll: true });
  }

  send() {
    if (JSON.stringify(this.week) === JSON.stringify(this.field.value.week)) return;
    this.draft.set(this.field.key, { week: this.week });
  }

  // the same as a sentence: every day from 23 to 8, one more

  words() {
    if (page.read_only) return null;
    const option = (name, label, chosen) => make("option", { value: name, selected: String(name) === String(chosen) }, label);
    const hours = (from, chosen) => Array.from({ length: 24 }, (_, n) => option(n + from, String(n + from), chosen));
    const list = (name, options) => make("select", {
      "data-keep": `${this.field.key}-${name}`, "data-part": name, "aria-label": t("paint.part." + name),
      onchange: (event) => { this.sentence[name] = event.target.value; },
    }, options);
    const days = [...WHEN.map((each) => option(each, t("hours." + each), this.sentence.days)),
      ...DAYS.map((each, n) => option(n, each, this.sentence.days))];
    const brushes = [...STEPS, ...Array.from({ length: this.most + 1 }, (_, n) => String(n))]
      .map((each) => option(each, brushName(each), this.sentence.brush));
    return make("div", { class: "sentence" }, make("span", {}, t("paint.or")), list("days", days), make("span", {}, t("paint.from")),
      list("from", hours(0, this.sentence.from)), make("span", {}, t("hours.to")), list("to", hours(1, this.sentence.to)),
      list("brush", brushes), button(t("paint.set"), () => this.obey(), { "data-keep": this.field.key + "-set" }));
  }

  // Hours past midnight are the next day's; Sunday's are Monday's.
  obey() {
    const { days, brush } = this.sentence, from = Number(this.sentence.from), to = Number(this.sentence.to);
    const chosen = { daily: [0, 1, 2, 3, 4, 5, 6], weekdays: [0, 1, 2, 3, 4], weekend: [5, 6] }[days] ?? [Number(days)];
    const last = to > from ? to : to + 24;
    for (const day of chosen) {
      for (let hour = from; hour < last; hour++) {
        const row = this.week[(day + Math.floor(hour / 24)) % 7];
        row[hour % 24] = this.painted(row[hour % 24], brush);
      }
    }
    this.repaint();
    this.send();
  }
}

function brushName(name) {
  if (name === "+1") return t("paint.more");
  if (name === "-1") return t("paint.less");
  return t(name === "1" ? "paint.exactly_one" : "paint.exactly", { n: name });
}

function clamp(value, most) {
  return Math.max(0, Math.min(value, most));
}
