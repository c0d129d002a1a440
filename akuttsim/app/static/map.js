// The map: minutes by road to where care or an ambulance is, and marks that can be moved.
// Dragged; or clicked and then the place; or the place chosen from a list: each does the same.

import { ask } from "./api.js";
import { button, draw, find, make, mark, refill, toast } from "./dom.js";
import { capital, minutes, number, page, t } from "./words.js";

const CLASSES = [[20, "#eef3f7"], [40, "#b9cfe2"], [60, "#5f93c0"], [Infinity, "#0d3b66"]];
const NOWHERE = "#fff";
const WIDTH = 1000, ROOM = 46, LEAST = 1, NOTICED = 5;
const VIEWS = { care: ["clinic", "satellite", "hospital"], ambulance: ["ambulance", "single_responder", "first_responder"] };
const ADDED_IN = { satellite: "care", legevakt: "care", ambulance: "ambulance", first_responders: "ambulance", single_responder: "ambulance" };

export class ReachMap {
  constructor(draft) {
    this.draft = draft;
    this.svg = find("map");
    this.what = "care";
    this.hour = find("map-hour");
    this.day = find("map-day");
    this.picked = null;
    this.known = null;
    this.listen();
  }

  // Places and marks first; the draft's listeners may ask for names of places.
  async load() {
    this.known = await ask("GET", this.draft.path + "/map");
    this.order = this.known.places.map((_, n) => n).filter((n) => this.known.places[n][2] > 0)
      .sort((a, b) => this.known.places[b][2] - this.known.places[a][2]);
    this.project();
    for (const name of ["what-care", "what-ambulance"]) find(name).addEventListener("click", () => this.show(name.slice(5)));
    for (const each of [this.hour, this.day]) each.addEventListener("change", () => this.reach());
    this.version = this.draft.state.version;
    this.addables();
    this.look(this.draft.state);
    await this.reach();
  }

  // Draws anew what a change has moved.
  async follow(state) {
    if (!this.known || state.version === this.version) return;
    this.version = state.version;
    this.look(state);
    const known = await ask("GET", this.draft.path + "/map");
    if (state.version !== this.version) return;
    this.known.units = known.units;
    await this.reach();
  }

  // Turns the clock to an hour at which opening hours differ, once for each change of them; what is new was never open.
  look(state) {
    const changed = state.form.groups.flatMap((group) => group.units.flatMap((unit) => unit.fields))
      .filter((field) => field.kind === "hours" && (field.changed || field.base === null));
    const form = JSON.stringify(changed.map((field) => field.value));
    if (form === this.looked || !changed.length) return;
    this.looked = form;
    const field = changed.at(-1), base = field.base ?? field.value.map(() => []);
    const day = field.value.findIndex((spans, n) => JSON.stringify(spans) !== JSON.stringify(base[n]));
    const isOpen = (spans, hour) => spans.some(([from, to]) => within(hour + 0.5, hours(from), hours(to)));
    const hour = Array.from({ length: 24 }, (_, n) => n).findLast((n) => isOpen(field.value[day], n) !== isOpen(base[day], n));
    if (hour === undefined) return;
    this.day.value = day < 5 ? "mon" : ["sat", "sun"][day - 5];
    this.hour.value = String(hour);
    this.show(field.key.startsWith("ambulances.") ? "ambulance" : "care", true);
  }

  get way() {
    return `${this.draft.path}/reach?what=${this.what}&hour=${this.day.value}-${this.hour.value.padStart(2, "0")}`;
  }

  async reach() {
    const asked = (this.asked = {});
    const found = await ask("GET", this.way);
    if (asked !== this.asked) return; // a later question is under way
    this.found = found;
    for (const unit of this.known.units) unit.open = found.open?.[unit.id];
    this.redraw();
  }

  // Minutes as if a mark that is being carried stood where it is: one question at a time and one a frame at most,
  // and what was passed over meanwhile is never asked.
  async preview(id, place) {
    this.over = { id, place };
    if (this.isAsking) return;
    this.isAsking = true;
    while (this.over) {
      const { id: unit, place: at } = this.over, asked = this.asked;
      this.over = null;
      const found = await ask("GET", `${this.way}&moved=${unit}:${at}`).catch(() => null);
      await new Promise(requestAnimationFrame);
      if (!found || asked !== this.asked || !(this.held ?? this.stepping)) break;
      this.found = { ...this.found, ...found };
      this.recolour();
    }
    this.isAsking = false;
  }

  // The places alone: a mark that is held must stay the element that it is.
  recolour() {
    this.order.forEach((n, at) => {
      const dot = this.dots[at], { told, ...look } = this.lookOf(n);
      for (const [name, value] of Object.entries(look)) dot.setAttribute(name, value);
      dot.firstChild.textContent = told;
    });
    this.numbers();
    this.changedPlaces();
  }

  show(what, isQuiet) {
    this.what = what;
    for (const each of Object.keys(VIEWS)) find("what-" + each).setAttribute("aria-pressed", String(each === what));
    if (!isQuiet) this.reach();
  }

  // names

  nameOf(place) {
    return this.known?.places[place]?.[4] ?? t("form.nothing");
  }

  get largest() {
    return this.order?.[0];
  }

  choices() {
    const told = (this.known?.places ?? []).map((place, n) => ({ value: n, label: inMunicipality(place[4], short(place[3])), people: place[2] }));
    return told.sort((a, b) => a.label.localeCompare(b.label, page.lang));
  }

  // drawing

  project() {
    const xs = this.known.places.map((each) => each[0]), ys = this.known.places.map((each) => each[1]);
    const [west, east, south, north] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
    const scale = (WIDTH - 2 * ROOM) / Math.max(east - west, 1);
    this.high = Math.max((north - south) * scale, 200) + 2 * ROOM;
    this.spot = (x, y) => [ROOM + (x - west) * scale, this.high - ROOM - (y - south) * scale];
    this.spots = this.known.places.map(([x, y]) => this.spot(x, y));
    this.svg.setAttribute("viewBox", `0 0 ${WIDTH} ${Math.round(this.high)}`);
  }

  redraw() {
    const focused = this.svg.contains(document.activeElement) ? document.activeElement.dataset.unit : null;
    this.svg.replaceChildren(this.ways(), ...this.circles(), ...this.trails(), ...this.pins());
    this.svg.append(...this.names());
    if (focused) this.svg.querySelector(`[data-unit="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
    this.numbers();
    this.changedPlaces();
    this.legend();
    this.movers();
  }

  ways() {
    const path = (list) => list.map(([from, to]) => `M${this.spots[from].map(Math.round)}L${this.spots[to].map(Math.round)}`).join("");
    return draw("g", { "aria-hidden": "true" }, draw("path", { d: this.known.borders.map(([, , rings]) => rings.map((ring) => this.ring(ring)).join("")).join(""), class: "border" }),
      draw("path", { d: path(this.known.roads), class: "road" }),
      draw("path", { d: path(this.known.ferries), class: "ferry" }));
  }

  // The outline of a municipality, given as x, y, x, y.
  ring(flat) {
    const points = [];
    for (let n = 0; n < flat.length; n += 2) points.push(this.spot(flat[n], flat[n + 1]).map(Math.round));
    return `M${points.join("L")}Z`;
  }

  circles() {
    this.dots = this.order.map((n) => {
      const [x, y] = this.spots[n], { told, ...look } = this.lookOf(n);
      const r = Math.max(6, Math.sqrt(this.known.places[n][2]) * 0.5).toFixed(1);
      const dot = draw("circle", { cx: x.toFixed(1), cy: y.toFixed(1), r, ...look }, draw("title", {}, told));
      dot.addEventListener("pointerenter", () => this.showNeighbours(n));
      dot.addEventListener("pointerleave", () => this.showNeighbours(null));
      return dot;
    });
    return this.dots;
  }

  // The places of one municipality, for there may be no borders to see it by.
  showNeighbours(place) {
    const mine = place === null ? null : this.known.places[place][3];
    this.order.forEach((n, at) => { this.dots[at].style.strokeWidth = this.known.places[n][3] === mine ? "6" : ""; });
  }

  // What a place looks like by its minutes, and what is told of it.
  lookOf(n) {
    const [, , , municipality, name] = this.known.places[n];
    const now = this.found.now[n], base = this.found.base[n], isWorse = (now ?? 1e6) - (base ?? 1e6) > NOTICED;
    const isBetter = (base ?? 1e6) - (now ?? 1e6) > NOTICED;
    const told = `${name}, ${municipality}: ${minutes(now)}` + (isWorse || isBetter ? ` (${t("map.today", { value: minutes(base) })})` : "");
    return { fill: shade(now), class: isWorse ? "farther" : isBetter ? "nearer" : "place", told };
  }

  get units() {
    return this.known.units.filter((unit) => VIEWS[this.what].includes(unit.kind) && unit.place !== null);
  }

  // A dashed line from where a mark stood.
  trails() {
    return this.units.filter((unit) => unit.base_place !== undefined && unit.base_place !== null && unit.base_place !== unit.place)
      .map((unit) => draw("path", { class: "trail", d: `M${this.spots[unit.base_place]}L${this.spots[unit.place]}` }));
  }

  pins() {
    const standing = new Map();
    return this.units.map((unit) => {
      const before = standing.get(unit.place) ?? 0;
      standing.set(unit.place, before + 1);
      const [x, y] = this.spots[unit.place];
      return this.pin(unit, x + 16 * before, y - 10 * before);
    });
  }

  pin(unit, x, y) {
    const title = t(unit.movable && !page.read_only ? "map.pin" : "map.fixed", { title: unit.title, place: this.nameOf(unit.place) });
    const told = unit.open === false ? `${title} ${t("map.shut")}` : title;
    const isMovable = unit.movable && !page.read_only;
    return draw("g", {
      class: `pin ${unit.kind}${unit.open === false ? " shut" : ""}${isMovable ? " movable" : ""}${this.picked === unit.id ? " picked" : ""}`,
      "data-unit": unit.id, transform: `translate(${x.toFixed(1)} ${y.toFixed(1)})`, tabindex: isMovable ? 0 : null,
      role: isMovable ? "button" : "img", "aria-label": told,
    }, draw("circle", { r: 30, class: "halo" }), shapeOf(unit.kind), draw("title", {}, told));
  }

  // The largest place of each municipality, beside its circle where there is room, and nowhere if there is none.
  names() {
    const seen = new Set(), taken = [...this.svg.querySelectorAll(".pin")].map((pin) => {
      const [x, y] = /translate\((\S+) (\S+)\)/.exec(pin.getAttribute("transform")).slice(1).map(Number);
      return [x - 17, y - 17, x + 17, y + 17];
    });
    const texts = [], served = new Set(this.units.map((unit) => unit.place));
    const order = [...this.order].sort((a, b) => weight(b) - weight(a));
    function weight(n) { return served.has(n) ? 1 : 0; }
    for (const n of order) {
      const [, , people, municipality, name] = this.known.places[n];
      if (seen.has(municipality)) continue;
      seen.add(municipality);
      const spot = roomFor(name, this.spots[n], Math.max(18, Math.sqrt(people) * 0.5 + 4), taken);
      if (!spot) continue;
      taken.push(spot.box);
      texts.push(draw("text", { x: spot.x.toFixed(0), y: spot.y.toFixed(0), "text-anchor": spot.anchor, class: "name", "aria-hidden": "true" }, name));
    }
    return texts;
  }

  // beside the map

  numbers() {
    const box = (limit) => {
      const { base, now } = this.found["beyond_" + limit];
      return make("div", {}, make("b", {}, number(now)), t("map.beyond", { limit }), make("br"), make("span", {}, t("map.today", { value: number(base) })));
    };
    refill(find("beyond"), box(40), box(60), make("div", {}, make("b", {}, minutes(this.mean("now"))), t("map.mean"), make("br"),
      make("span", {}, t("map.today", { value: minutes(this.mean("base")) }))));
  }

  // What the average inhabitant has to go; who cannot get there at all is left out.
  mean(which) {
    let people = 0, total = 0;
    for (const n of this.order) {
      const value = this.found[which][n];
      if (value === null || value >= 1e6) continue;
      people += this.known.places[n][2];
      total += this.known.places[n][2] * value;
    }
    return people ? total / people : null;
  }

  changedPlaces() {
    const by = (n) => (this.found.now[n] ?? 1e4) - (this.found.base[n] ?? 1e4);
    const most = this.order.filter((n) => Math.abs(by(n)) > LEAST)
      .sort((a, b) => Math.abs(by(b)) * this.known.places[b][2] - Math.abs(by(a)) * this.known.places[a][2]).slice(0, 4);
    refill(find("places"), most.length ? most.map((n) => make("li", {}, mark(by(n) > 0 ? "worse" : "better"), " ",
      make("span", { class: "unseen" }, t(by(n) > 0 ? "map.farther" : "map.nearer")), make("b", {}, this.nameOf(n)), " ",
      t("map.change", { before: minutes(this.found.base[n]), after: minutes(this.found.now[n]) }), " ",
      make("small", {}, t("map.people", { n: number(this.known.places[n][2]) }))))
      : make("li", {}, t("map.unchanged", { day: this.day.selectedOptions[0].textContent, hour: this.hour.selectedOptions[0].textContent })));
  }

  legend() {
    const key = (shape, text) => make("li", {}, draw("svg", { viewBox: "-16 -16 32 32", "aria-hidden": "true" }, shape), text);
    const keys = CLASSES.map(([, fill], n) => key(draw("circle", { r: 12, fill, class: "place" }), t("map.class." + n)));
    if (this.svg.querySelector(".farther")) keys.push(key(draw("circle", { r: 11, fill: "#fff", class: "farther" }), t("map.farther")));
    if (this.svg.querySelector(".nearer")) keys.push(key(draw("circle", { r: 11, fill: "#fff", class: "nearer" }), t("map.nearer")));
    for (const kind of VIEWS[this.what]) {
      if (!this.units.some((unit) => unit.kind === kind)) continue;
      keys.push(key(draw("g", { class: "pin " + kind, transform: "scale(.65)" }, shapeOf(kind)), t("map.kind." + kind)));
    }
    if (this.units.some((unit) => unit.open === false)) {
      keys.push(key(draw("g", { class: "pin clinic shut", transform: "scale(.65)" }, shapeOf("clinic")), t("map.shut_now")));
    }
    refill(find("legend"), keys);
  }

  // moving by list: which mark, and to where

  movers() {
    const units = this.units.filter((unit) => unit.movable);
    find("move").hidden = page.read_only || !units.length;
    const chosen = units.find((unit) => unit.id === this.picked) ?? units.find((unit) => unit.id === find("move-unit").value) ?? units.find((unit) => unit.open) ?? units[0];
    refill(find("move-unit"), units.map((unit) => make("option", { value: unit.id, selected: unit === chosen }, unit.title)));
    this.fillPlaces(find("move-place"), chosen?.place);
  }

  fillPlaces(list, chosen) {
    list.replaceChildren(...this.choices().map((each) => make("option", { value: each.value, selected: each.value === chosen }, each.label)));
  }

  addables() {
    const kinds = this.draft.state.form.groups.flatMap((group) => group.addable).filter((each) => each.kind in ADDED_IN);
    if (page.read_only) return;
    refill(find("map-add"), kinds.map((each) => button(t("map.add", { label: each.label }), () => this.askPlace(each), { class: "button small" })));
  }

  // A new one: its place is clicked, or chosen from the list that comes up.
  askPlace(kind) {
    this.adding = kind;
    this.show(ADDED_IN[kind.kind]);
    this.picked = null;
    const list = make("select", { id: "add-place" });
    this.fillPlaces(list);
    const done = () => this.addAt(Number(list.value));
    refill(find("map-ask"), make("label", { for: "add-place" }, t("map.where", { label: capital(kind.label) })), list,
      button(t("map.put"), done, { class: "button go" }), button(t("cancel"), () => this.rest()));
    list.focus();
  }

  addAt(place) {
    const kind = this.adding;
    this.rest();
    const fields = Object.fromEntries(kind.fields.filter((field) => field.kind !== "place").map((field) => [field.key, field.value]));
    return this.draft.change({ add: { kind: kind.kind, at: place, fields } });
  }

  rest() {
    this.adding = this.picked = null;
    this.svg.classList.remove("asks");
    refill(find("map-ask"));
    for (const each of this.svg.querySelectorAll(".picked")) each.classList.remove("picked");
  }

  // Puts a mark at a place: the key of its place is said by the form.
  move(id, place) {
    const unit = this.known.units.find((each) => each.id === id);
    this.rest();
    if (!unit) return this.redraw();
    if (unit.place === place) return this.reach(); // what was looked at on the way is forgotten
    unit.base_place ??= unit.place;
    unit.place = place;
    this.redraw(); // at once where it was put; the minutes follow
    this.draft.set(this.keyOf(id), place);
  }

  keyOf(id) {
    const fields = this.draft.fields().filter(({ unit }) => unit.id === id).map(({ field }) => field);
    return fields.find((field) => field.kind === "place")?.key ?? id + ".place";
  }

  // hands

  listen() {
    this.svg.addEventListener("pointerdown", (event) => this.press(event));
    this.svg.addEventListener("pointermove", (event) => this.pull(event));
    this.svg.addEventListener("pointerup", () => this.let());
    this.svg.addEventListener("pointercancel", () => { this.held = null; this.reach(); });
    this.svg.addEventListener("keydown", (event) => this.key(event));
    find("move-go").addEventListener("click", () => this.move(find("move-unit").value, Number(find("move-place").value)));
    find("move-unit").addEventListener("change", () => {
      this.picked = null;
      this.movers();
    });
    document.addEventListener("keydown", (event) => event.key === "Escape" && (this.adding || this.picked) && this.rest());
  }

  nearest(event) {
    const { x, y } = new DOMPoint(event.clientX, event.clientY).matrixTransform(this.svg.getScreenCTM().inverse());
    let best = 0, least = Infinity;
    this.spots.forEach((spot, n) => {
      const away = (spot[0] - x) ** 2 + (spot[1] - y) ** 2;
      if (away < least) [best, least] = [n, away];
    });
    return best;
  }

  press(event) {
    const pin = event.target.closest(".pin.movable");
    if (pin && !this.adding) {
      this.held = { id: pin.dataset.unit, place: null };
      this.svg.setPointerCapture(event.pointerId);
      pin.focus({ preventScroll: true });
      event.preventDefault();
    } else if (this.adding) this.addAt(this.nearest(event));
    else if (this.picked) this.move(this.picked, this.nearest(event));
  }

  pull(event) {
    if (!this.held) return;
    const pin = this.svg.querySelector(`[data-unit="${CSS.escape(this.held.id)}"]`), place = this.nearest(event);
    const unit = this.known.units.find((each) => each.id === this.held.id);
    if (place === unit.place && this.held.place === null) return;
    if (place === this.held.place) return;
    this.held.place = place;
    this.carry(pin, this.held.id, place);
  }

  carry(pin, id, place) {
    pin?.setAttribute("transform", `translate(${this.spots[place].map((each) => each.toFixed(1)).join(" ")})`);
    find("map-said").textContent = t("map.over", { place: this.nameOf(place), value: minutes(this.found.base[place]) });
    if (!id.startsWith("first_responders.")) this.preview(id, place); // volunteers change no minutes of the map
  }

  let() {
    if (!this.held) return;
    const { id, place } = this.held;
    this.held = null;
    find("map-said").textContent = "";
    if (place !== null) return this.move(id, place);
    this.pick(id);
  }

  // Clicked, not dragged: the next click says where.
  pick(id) {
    this.picked = this.picked === id ? null : id;
    this.redraw();
    if (this.picked) toast(t("map.click_place"));
    this.onpick?.(id);
  }

  key(event) {
    const pin = event.target.closest(".pin.movable");
    if (!pin) return;
    const id = pin.dataset.unit, unit = this.known.units.find((each) => each.id === id);
    const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (way) {
      event.preventDefault();
      const place = this.next(this.stepping?.id === id ? this.stepping.place : unit.place, way);
      if (place !== null) this.step(pin, id, place);
    } else if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      if (this.stepping?.id === id) this.land();
      else find("move-unit").value = id, this.picked = id, this.movers(), find("move-place").focus();
    }
  }

  // Arrow keys carry a mark from place to place; it stays where it is when the keys rest.
  step(pin, id, place) {
    this.stepping = { id, place };
    this.carry(pin, id, place);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.land(), 900);
  }

  land() {
    clearTimeout(this.timer);
    const { id, place } = this.stepping;
    this.stepping = null;
    find("map-said").textContent = "";
    this.move(id, place);
  }

  // The nearest place in a direction, within a wedge around it.
  next(from, [dx, dy]) {
    let best = null, least = Infinity;
    this.spots.forEach(([x, y], n) => {
      const along = (x - this.spots[from][0]) * dx + (y - this.spots[from][1]) * dy;
      const off = Math.abs((x - this.spots[from][0]) * dy) + Math.abs((y - this.spots[from][1]) * dx);
      if (along > 0 && off <= along * 1.2 && along + off < least) [best, least] = [n, along + off];
    });
    return best;
  }
}

// Where a name has room: right, left, above or below of its place.
function roomFor(name, [x, y], away, taken) {
  const wide = name.length * 13.5, high = 26;
  const tries = [
    { x: x + away, y: y + 9, anchor: "start", left: x + away }, { x: x - away, y: y + 9, anchor: "end", left: x - away - wide },
    { x, y: y - away - 4, anchor: "middle", left: x - wide / 2 }, { x, y: y + away + 20, anchor: "middle", left: x - wide / 2 },
  ];
  for (const each of tries) {
    const box = [each.left, each.y - high + 5, each.left + wide, each.y + 5];
    const isFree = !taken.some((other) => box[0] < other[2] && box[2] > other[0] && box[1] < other[3] && box[3] > other[1]);
    if (isFree && box[0] > 0 && box[2] < WIDTH) return { ...each, box };
  }
  return null;
}

// A municipality's name in one language, where it has several.
function short(name) {
  return name.split(" - ")[0];
}

// A place with its municipality, where its own name does not have that already.
function inMunicipality(place, municipality) {
  return place === municipality || place.endsWith(`(${municipality})`) ? place : `${place} (${municipality})`;
}

function shade(value) {
  if (value === null || value === undefined || value >= 1e6) return NOWHERE;
  return CLASSES.find(([limit]) => value <= limit)[1];
}

function shapeOf(kind) {
  const cross = draw("path", { d: "M-8 0h16M0 -8v16", class: "cross" });
  if (kind === "ambulance" || kind === "single_responder") return draw("g", {}, draw("path", { d: "M-15 -15h30v30h-30z", class: "body" }), cross);
  if (kind === "first_responder") return draw("path", { d: "M0 -15L15 12h-30z", class: "body" });
  if (kind === "hospital") return draw("g", {}, draw("path", { d: "M-15 -15h30v30h-30z", class: "body" }), draw("path", { d: "M-6 -9v18M6 -9v18M-6 0h12", class: "cross" }));
  return draw("g", {}, draw("path", { d: "M0 -21l21 21-21 21-21-21z", class: "body" }), cross);
}

function hours(text) {
  const [hour, minute] = text.split(":").map(Number);
  return hour + minute / 60;
}

function within(time, from, to) {
  return to > from ? time >= from && time < to : time >= from || time < to;
}

