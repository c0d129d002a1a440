// The map of the region: choose model, quantity and hour; each place is coloured by what it gets.

const SHADES = ["#e4eff8", "#a9cde6", "#62a1d1", "#2467a4", "#08305f"];
const STEPS = { ambulance: [12, 25, 40, 60], care: [15, 30, 60, 120], doctor: [15, 30, 60, 120] };
// Changes: better is blue without a ring, worse orange with a dark ring, so that grey tells them apart.
const BETTER = ["#a9cde6", "#2467a4"], WORSE = ["#f6c9a5", "#d55e00"], SAME = "#e3e6e8";
const NOTICED = 1, MUCH = 10;
const UNKNOWN = { fill: "#fff", ring: "#8b959c", width: 1 };

class RegionMap {
  constructor(root) {
    this.root = root;
    const select = (name) => root.querySelector(`[data-choose="${name}"]`);
    this.model = select("model");
    this.what = select("what");
    this.hour = select("hour");
    this.services = [];
    this.compare = root.querySelector("[data-choose=compare]");
    for (const each of [this.model, this.what, this.hour, this.compare]) {
      each?.addEventListener("change", () => this.choose());
    }
    this.view = new MapView(root, {
      base: (context, view) => this.draw(context, view),
      top: () => {},
      spots: (view) => this.spots(view),
    });
    root.querySelector("details").addEventListener("toggle", () => this.list());
    this.choose();
  }

  get chosen() {
    const model = Number(this.model?.value ?? 0), [source, name] = this.what.value.split(":");
    const hour = Number(this.hour?.value ?? 0);
    const isChange = Boolean(this.compare?.checked) && model !== shared.base;
    return { model, source, name, hour, isChange };
  }

  choose() {
    const { source, model } = this.chosen;
    if (this.hour) this.hour.disabled = source !== "reach";
    if (this.compare) this.compare.disabled = model === shared.base;
    this.services = servicesOf(shared.models[model], source === "reach" ? this.chosen.hour : -1);
    this.view.redraw();
    this.legend();
    this.tell();
    this.list();
  }

  // what a place gets: {minutes, says, more, verdict}, or null

  value(place) {
    const { source, name, isChange, model } = this.chosen;
    if (source === "reach") return this.reached(place);
    const quantity = shared.measured[Number(name)];
    const municipality = shared.region.places[place][3];
    const found = (isChange ? quantity.changes : quantity.levels)[model][municipality];
    if (!found) return null;
    const [minutesOf, says, interval, verdict, words] = found; // no verdict on levels
    return { minutes: minutesOf, says, interval, verdict, words };
  }

  reached(place) {
    const { name, hour, isChange, model } = this.chosen;
    const seconds = (number) => shared.models[number].reach?.[name]?.[hour][place] ?? null;
    const mine = seconds(model), base = seconds(shared.base);
    if (mine === null || (isChange && base === null)) return null;
    if (!isChange) return { minutes: mine / 60, says: minutes(mine) };
    return { minutes: (mine - base) / 60, says: signed(mine - base) };
  }

  get steps() {
    const { source, name } = this.chosen;
    if (source === "reach") return STEPS[name];
    return STEPS[shared.measured[Number(name)].name.startsWith("ambulance") ? "ambulance" : "care"];
  }

  shade(place) {
    const value = this.value(place);
    if (!value) return UNKNOWN;
    if (this.chosen.isChange) return changeShade(value);
    const step = this.steps.filter((limit) => value.minutes > limit).length;
    return { fill: SHADES[step], ring: step > 2 ? "#fff" : FAINT, width: 1 };
  }

  // drawing and pointing

  draw(context, view) {
    const { source } = this.chosen;
    const first = {};
    for (const n of shared.region.order) first[shared.region.places[n][3]] ??= n;
    drawBorders(context, view, (municipality) =>
      source === "measured" && municipality in first ? this.shade(first[municipality]).fill : null);
    drawWays(context, view);
    drawPlaces(context, view, (place) => this.shade(place));
    drawServices(context, view, this.services);
    drawNames(context, view, this.services);
    drawScale(context, view);
  }

  spots(view) {
    return shared.region.order.map((place) => {
      const [x, y] = view.place(place);
      return { x, y, r: radius(view, shared.region.places[place][2]), lines: this.lines(place) };
    });
  }

  lines(place) {
    const [, , people, municipality] = shared.region.places[place];
    const value = this.value(place), { source } = this.chosen;
    const told = [shared.region.names[place]];
    told.push(t("live.map.people", { n: number(people), municipality: shared.region.municipalities[municipality] }));
    const what = this.what.selectedOptions[0].textContent;
    told.push(`${what}: ${value ? value.says : t("live.map.nothing")}`);
    if (value?.interval) told.push(t("live.map.interval", { interval: value.interval }));
    if (value?.words) told.push(value.words);
    if (source === "measured") told.push(t("live.map.of_municipality"));
    for (const each of this.services) {
      if (each.place !== place) continue;
      for (const [title, isOn] of each.titles) told.push(isOn ? title : t("live.map.closed", { title }));
    }
    return told;
  }

  // in words

  tell() {
    const { isChange } = this.chosen;
    const known = shared.region.order.map((place) => [this.value(place), place])
      .filter(([value]) => value && (value.verdict === undefined || value.verdict === "better" || value.verdict === "worse"))
      .map(([value, place]) => [value.minutes, place]);
    const title = this.title();
    this.view.canvas.setAttribute("aria-label", title);
    this.root.querySelector(".live-title").textContent = title;
    const status = this.root.querySelector(".live-status");
    if (!known.length) return (status.textContent = t(isChange ? "live.map.none_clear" : "live.map.nothing"));
    known.sort((a, b) => a[0] - b[0]);
    const name = ([, place]) => this.chosen.source === "measured"
      ? shared.region.municipalities[shared.region.places[place][3]] : shared.region.names[place];
    const ends = { least: name(known[0]), low: this.value(known[0][1]).says,
      most: name(known.at(-1)), high: this.value(known.at(-1)[1]).says };
    status.textContent = t(isChange ? endsKey(known) : "live.map.ends", ends);
  }

  title() {
    const { model, source, isChange, hour } = this.chosen;
    const values = {
      model: shared.models[model].title,
      what: this.what.selectedOptions[0].textContent,
      hour: source === "reach" ? t("live.map.at", { hour: this.hour.options[hour].textContent }) : "",
      base: shared.models[shared.base].title,
    };
    return t(isChange ? "live.map.title_change" : "live.map.title_level", values).replace(/ ,/g, ",");
  }

  legend() {
    const box = this.root.querySelector(".live-legend");
    const key = (shade, text) => {
      const entry = make("li", "", text), dot = make("span", "live-dot");
      Object.assign(dot.style, { background: shade.fill, borderColor: shade.ring, borderWidth: Math.max(shade.width, 1) + "px" });
      entry.prepend(dot);
      return entry;
    };
    fill(box, [...(this.chosen.isChange ? this.changeKeys(key) : this.levelKeys(key)), ...this.serviceKeys()]);
  }

  levelKeys(key) {
    const steps = this.steps, last = steps.length - 1;
    const dark = (n) => ({ fill: SHADES[n], ring: FAINT, width: 1 });
    return [
      key(dark(0), t("live.map.up_to", { high: steps[0] })),
      ...steps.slice(1).map((high, n) => key(dark(n + 1), t("live.map.between", { low: steps[n], high }))),
      key(dark(last + 1), t("live.map.over", { low: steps[last] })),
      key(UNKNOWN, t("live.map.nothing")),
    ];
  }

  changeKeys(key) {
    if (this.chosen.source === "measured") {
      return [
        key(changeShade({ verdict: "better", minutes: -MUCH }), t("live.map.clearly_shorter")),
        key(changeShade({ verdict: "worse", minutes: MUCH }), t("live.map.clearly_longer")),
        key(changeShade({ verdict: "unclear", minutes: 0 }), t("live.map.not_clear")),
        key(UNKNOWN, t("live.map.nothing")),
      ];
    }
    return [
      key(changeShade({ minutes: -MUCH }), t("live.map.shorter_much", { n: MUCH })),
      key(changeShade({ minutes: -NOTICED }), t("live.map.shorter", { low: NOTICED, high: MUCH })),
      key(changeShade({ minutes: 0 }), t("live.map.same", { n: NOTICED })),
      key(changeShade({ minutes: NOTICED }), t("live.map.longer", { low: NOTICED, high: MUCH })),
      key(changeShade({ minutes: MUCH }), t("live.map.longer_much", { n: MUCH })),
    ];
  }

  serviceKeys() {
    const kinds = new Set(this.services.flatMap((each) => each.kinds.map(([kind]) => kind)));
    const keys = Object.keys(SERVICE).filter((kind) => kinds.has(kind))
      .map((kind) => drawnKey((context) => SERVICE[kind](context, 10, 9, true), t("live.service." + kind)));
    if (this.chosen.source === "reach") {
      keys.push(drawnKey((context) => SERVICE.legevakt(context, 10, 9, false), t("live.service.closed")));
    }
    return [...keys, drawnKey(ferryKey, t("live.service.ferry"))];
  }

  list() {
    const box = this.root.querySelector("details");
    if (!box.open) return;
    const rows = shared.region.order.map((place) => {
      const [, , people, municipality] = shared.region.places[place], row = make("tr");
      const head = make("th", "", shared.region.names[place]);
      head.scope = "row";
      row.append(head, make("td", "", shared.region.municipalities[municipality]),
        make("td", "", number(people)), make("td", "", this.value(place)?.says ?? "\u2013"));
      return row;
    });
    fill(box.querySelector("tbody"), rows);
    box.querySelector("caption").textContent = this.title();
  }
}

function endsKey(known) {
  const least = Math.round(known[0][0] * 60), most = Math.round(known.at(-1)[0] * 60);
  if (least >= 0) return most > 0 ? "live.map.only_up" : "live.map.all_same";
  return most > 0 ? "live.map.change_ends" : "live.map.only_down";
}

function changeShade({ minutes: by, verdict }) {
  const isClear = verdict === undefined ? Math.abs(by) >= NOTICED : verdict === "better" || verdict === "worse";
  if (!isClear) return { fill: SAME, ring: "#8b959c", width: 1 };
  const much = verdict !== undefined || Math.abs(by) >= MUCH ? 1 : 0;
  const isWorse = verdict === undefined ? by > 0 : verdict === "worse";
  if (isWorse) return { fill: WORSE[much], ring: "#5c2500", width: 2.5 };
  return { fill: BETTER[much], ring: "#fff", width: 1 };
}

// A line of the legend with its mark drawn by the same code as on the map.
function drawnKey(draw, text) {
  const entry = make("li", "", text), canvas = make("canvas", "live-mark");
  const pixels = 2;
  [canvas.width, canvas.height] = [20 * pixels, 18 * pixels];
  canvas.setAttribute("aria-hidden", "true");
  const context = canvas.getContext("2d");
  context.scale(pixels, pixels);
  draw(context);
  entry.prepend(canvas);
  return entry;
}

function ferryKey(context) {
  context.strokeStyle = SEA;
  context.lineWidth = 1.8;
  context.setLineDash([2, 4]);
  context.lineCap = "round";
  context.beginPath();
  context.moveTo(2, 9);
  context.lineTo(19, 9);
  context.stroke();
}
