// The replay of a day: slider, play, the map with all that moves, and a list of who does what.

const STARTS_AT = 8 * 3600, DAY_S = 86400, TOLD_EVERY_MS = 250;
const VEHICLE = { crew: square, transport_vehicle: square, neighbour_crew: square, support: triangle };
const FILL = { drives_out: "#b3261e", with_patient: "#1d2730", on_scene: "#e69f00", hands_over: "#e69f00",
  waits: "#e69f00", mobilises: "#f4c9c4", receives: "#e69f00", away: "#c9ced2" };

class Replay {
  constructor(root) {
    this.root = root;
    this.picked = -1;
    this.told = 0;
    const find = (name) => root.querySelector(`[data-replay="${name}"]`);
    this.parts = Object.fromEntries(["model", "play", "speed", "time", "clock", "before", "after",
      "person", "list", "way", "strip", "title"].map((name) => [name, find(name)]));
    const { model, play, time, before, after, person, strip } = this.parts;
    model.addEventListener("change", () => this.load());
    play.addEventListener("click", () => (this.timer ? this.pause() : this.start()));
    time.addEventListener("input", () => { this.pause(); this.go(Number(time.value)); });
    before.addEventListener("click", () => this.jump(-1));
    after.addEventListener("click", () => this.jump(1));
    person.addEventListener("change", () => this.pick(Number(person.value)));
    strip.addEventListener("click", (event) => {
      const box = strip.getBoundingClientRect();
      this.pause();
      this.go(((event.clientX - box.left) / box.width) * DAY_S);
    });
    new ResizeObserver(() => this.day && this.drawStrip()).observe(strip);
    this.load(true);
    this.now = beginning(this.day);
    this.view = new MapView(root.querySelector(".live-stage"), {
      base: (context, view) => this.drawBase(context, view),
      top: (context, view) => this.drawTop(context, view),
      spots: (view) => this.spots(view),
    });
    fill(root.querySelector(".live-legend"), legendKeys());
    this.go(beginning(this.day));
  }

  load(isFirst) {
    const number = Number(this.parts.model.value);
    const raw = JSON.parse(document.getElementById("live-replay-" + number).textContent);
    this.day = new Day(raw);
    this.day.model = shared.models[number];
    this.services = servicesOf(this.day.model, -1);
    const options = this.day.people
      .filter((each) => each.events.some(({ time }) => time >= 0 && time < DAY_S))
      .map((each) => new Option(personTitle(this.day, each) + ": " + t("live.outcome." + each.outcome), each.n));
    fill(this.parts.person, [new Option(t("live.replay.everybody"), -1), ...options]);
    this.picked = -1;
    if (isFirst) return;
    this.view.redraw();
    this.pick(-1);
  }

  // time

  go(time) {
    this.now = clamp(time, 0, DAY_S - 1);
    const { time: slider, clock: shown } = this.parts;
    slider.value = this.now;
    slider.setAttribute("aria-valuetext", clock(this.now));
    shown.textContent = clock(this.now);
    this.parts.title.textContent = t("live.replay.at", { model: this.day.model.title, time: clock(this.now) });
    this.view.redrawTop();
    this.drawStrip();
    this.tell();
  }

  start() {
    if (this.now >= DAY_S - 1) this.now = 0;
    let before = performance.now();
    // Who asked for less motion gets two steps a second instead of a film.
    const every = calm.matches ? 500 : 0;
    const step = (stamp) => {
      if (!this.timer) return;
      if (stamp - before >= every) {
        this.go(this.now + (Math.min(stamp - before, 1000) / 1000) * Number(this.parts.speed.value));
        before = stamp;
      }
      if (this.now >= DAY_S - 1) return this.pause();
      this.timer = requestAnimationFrame(step);
    };
    this.timer = requestAnimationFrame(step);
    this.playing(true);
  }

  pause() {
    cancelAnimationFrame(this.timer);
    this.timer = 0;
    this.playing(false);
    this.tell(true);
  }

  playing(isOn) {
    const { play } = this.parts;
    play.setAttribute("aria-pressed", String(isOn));
    play.querySelector("span").textContent = t(isOn ? "live.replay.pause" : "live.replay.play");
    play.classList.toggle("on", isOn);
  }

  jump(by) {
    this.pause();
    const times = this.picked >= 0
      ? [...new Set(this.day.people[this.picked].events.map((each) => each.time))] : this.day.rings;
    const now = Math.floor(this.now);
    const next = by > 0 ? times.find((time) => time > now) : times.findLast((time) => time < now);
    if (next !== undefined) this.go(next);
  }

  pick(number) {
    this.picked = number;
    this.parts.person.value = number;
    this.root.classList.toggle("picked", number >= 0);
    const { way } = this.parts;
    way.hidden = number < 0;
    if (number >= 0) this.tellWay(this.day.people[number]);
    this.go(this.now);
  }

  tellWay(person) {
    const { way } = this.parts;
    const misjudged = judgedText(person);
    const steps = wayOf(this.day, person).map(({ time, after, text }) => {
      const entry = make("li"), button = make("button", "live-jump", clock(time));
      button.type = "button";
      button.addEventListener("click", () => { this.pause(); this.go(time); });
      entry.append(button, make("span", "", text));
      if (after > 0) entry.append(make("small", "", t("live.person.after", { wait: wait(after) })));
      entry.dataset.time = time;
      return entry;
    });
    const list = make("ol");
    fill(list, steps);
    fill(way, [make("h3", "", personTitle(this.day, person)), ...(misjudged ? [make("p", "", misjudged)] : []), list]);
    const begins = person.events.find((each) => each.time >= 0)?.time ?? 0;
    const ends = person.events.at(-1)?.time ?? 0;
    if (this.now < begins || this.now > ends) this.now = begins;
  }

  // drawing

  drawBase(context, view) {
    drawBorders(context, view, () => null);
    drawWays(context, view);
    drawPlaces(context, view, () => ({ fill: "#d8dee2", ring: "#98a3ab", width: 1 }));
    drawServices(context, view, this.services);
    drawNames(context, view, this.services, 8);
    drawScale(context, view);
  }

  drawTop(context, view) {
    if (this.picked >= 0) this.drawWay(context, view);
    this.marks(view).forEach((mark) => {
      context.globalAlpha = mark.isFaint ? 0.25 : 1;
      mark.draw(context, mark.x, mark.y);
      context.globalAlpha = 1;
    });
  }

  // The roads that a patient's vehicles (and the patient) drive on the way.
  drawWay(context, view) {
    const legs = [...this.day.own[this.picked], ...this.day.units.flatMap((unit) => unit.legs)
      .filter((leg) => leg.person === this.picked)];
    context.lineCap = context.lineJoin = "round";
    for (const leg of legs) {
      context.beginPath();
      for (const [x, y] of pathOf(leg)) context.lineTo(...view.screen(x, y));
      context.strokeStyle = leg.stage === "with_patient" ? "#1d2730" : leg.stage === "own_way" ? URGENCY[2] : URGENCY[0];
      context.lineWidth = 3.5;
      context.globalAlpha = 0.55;
      context.setLineDash(leg.stage === "with_patient" ? [] : [7, 5]);
      context.stroke();
    }
    context.globalAlpha = 1;
    context.setLineDash([]);
  }

  // All that stands or moves now: {x, y, r, draw, lines, pick}; idle vehicles side by side.
  marks(view) {
    return [...this.peopleMarks(view), ...this.unitMarks(view)];
  }

  peopleMarks(view) {
    const marks = [];
    for (const { n } of this.day.people) {
      const now = this.day.person(n, this.now);
      if (!now?.spot || ["with_crew", "at_clinic"].includes(now.state)) continue;
      const [x, y] = view.screen(now.spot.x, now.spot.y);
      marks.push({
        x, y, r: 7, isFaint: this.picked >= 0 && this.picked !== n,
        draw: (context) => drawPerson(context, x, y, now, this.now),
        lines: [personTitle(this.day, now.person), t("live.state." + now.state), t("live.replay.since", { wait: wait(this.now - now.since) })],
        pick: () => this.pick(n),
      });
    }
    return marks;
  }

  unitMarks(view) {
    const marks = [], standing = new Map();
    for (const { n } of this.day.units) {
      const now = this.day.unit(n, this.now);
      if (!now.isOn || !now.spot || (!isVehicle(now.unit) && !now.leg)) continue;
      let [x, y] = view.screen(now.spot.x, now.spot.y);
      if (now.spot.place >= 0) {
        const before = standing.get(now.spot.place) || 0;
        standing.set(now.spot.place, before + 1);
        x += 14 * before - 4;
        y -= radius(view, shared.region.places[now.spot.place][2]) + 9;
      }
      const { what, whom, person } = doingText(this.day, now);
      marks.push({
        x, y, r: 8, isFaint: this.picked >= 0 && person?.n !== this.picked,
        draw: (context) => drawUnit(context, x, y, now, person),
        lines: [now.unit.name, what + (whom ? " " + whom : "")],
        pick: person ? () => this.pick(person.n) : undefined,
      });
    }
    return marks;
  }

  spots(view) {
    const places = shared.region.order.map((place) => {
      const [x, y] = view.place(place);
      const titles = this.services.find((each) => each.place === place)?.titles.map(([title]) => title) ?? [];
      return { x, y, r: Math.min(radius(view, shared.region.places[place][2]), 10), lines: [shared.region.names[place], ...titles] };
    });
    return [...this.marks(view).reverse(), ...places];
  }

  drawStrip() {
    drawStrip(this.parts.strip, this.day, this.now);
  }

  // the list of now

  tell(isWhole) {
    const stamp = performance.now();
    if (this.timer && !isWhole && stamp - this.told < TOLD_EVERY_MS) return;
    this.told = stamp;
    fill(this.parts.list, nowList(this.day, this.now, (n) => this.pick(n)));
    for (const entry of this.parts.way.querySelectorAll("li")) {
      entry.classList.toggle("past", Number(entry.dataset.time) <= this.now);
    }
  }
}

// A moment with something to see: some minutes after the first ambulance to a red patient.
function beginning(day) {
  const sent = day.people.filter((person) => person.urgency === 0).flatMap((person) => person.events)
    .filter(({ name, time }) => name === "crew_rolls" && time >= STARTS_AT).map(({ time }) => time);
  return sent.length ? Math.min(Math.min(...sent) + 240, DAY_S - 1) : STARTS_AT;
}

function pathOf(leg) {
  if (leg.places.length < 2) return [];
  const inner = leg.places.map((place, n) => [leg.times[n], ...shared.region.places[place].slice(0, 2)])
    .filter(([time]) => time > leg.start && time < leg.end).map(([, x, y]) => [x, y]);
  const [from, to] = [between(leg, leg.start), between(leg, leg.end)];
  return [[from.x, from.y], ...inner, [to.x, to.y]];
}
