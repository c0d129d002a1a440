// The list beside the map: who rings, who works on what, who is ready.

function nowList(day, time, pick) {
  return [
    ...roomBlocks(day, time),
    block(t("live.now.out"), workLines(day, time, (unit) => isVehicle(unit), pick), t("live.now.nobody_out")),
    block(t("live.now.doctors"), workLines(day, time, (unit) => unit.role.endsWith("doctor") || unit.role === "nurse", pick), t("live.now.doctors_idle")),
    readyBlock(day, time),
    clinicBlock(day, time),
  ].filter(Boolean);
}

function block(title, lines, none) {
  const part = make("div", "live-block"), list = make("ul");
  part.append(make("h4", "", title));
  if (!lines.length) {
    if (!none) return null;
    part.append(make("p", "live-none", none));
    return part;
  }
  fill(list, lines);
  part.append(list);
  return part;
}

// Each control room with operators of its own: who rings, and a dot for each operator on duty.
function roomBlocks(day, time) {
  const ringing = day.ringing(time);
  return day.raw.room_keys.map((key, number) => {
    const [title, answers, host] = day.raw.rooms[number];
    const mine = ringing.filter((call) => call.room === number);
    const people = day.units.filter((unit) => unit.team === host && ["operator", "dispatcher"].includes(unit.role))
      .map((unit) => day.unit(unit.n, time)).filter((each) => each.isOn);
    const part = make("div", "live-block live-room");
    part.append(make("h4", "", answers === "alarm" ? title : `${answers} \u00b7 ${title}`));
    const queue = make("p", mine.length ? "live-queue" : "live-none", mine.length
      ? t("live.now.ringing", { n: mine.length, wait: wait(time - Math.min(...mine.map((call) => call.rang))) })
      : t("live.now.no_queue"));
    part.append(queue);
    if (host !== key) return part;
    const busy = people.filter((each) => each.job).length;
    const dots = make("p", "live-dots");
    dots.append(make("span", "live-dotrow", "\u25cf".repeat(busy) + "\u25cb".repeat(people.length - busy)),
      make("span", "", people.length ? t("live.now.busy", { busy, all: people.length }) : t("live.now.nobody_on")));
    dots.firstChild.setAttribute("aria-hidden", "true");
    part.append(dots);
    return part;
  });
}

function workLines(day, time, wanted, pick) {
  return day.units.filter(wanted).map((unit) => day.unit(unit.n, time))
    .filter((each) => each.isOn && (each.leg || each.job))
    .map((each) => {
      const { unit, what, whom, person } = doingText(day, each), line = make("li");
      line.append(make("b", "", unit.name), document.createTextNode(" " + what));
      if (!person) return line;
      const button = make("button", "live-jump", whom);
      button.type = "button";
      button.addEventListener("click", () => pick(person.n));
      line.append(" ", button);
      return line;
    });
}

function readyBlock(day, time) {
  const ready = day.units.filter((unit) => isVehicle(unit)).map((unit) => day.unit(unit.n, time))
    .filter((each) => each.isOn && !each.leg && !each.job).map((each) => each.unit.name);
  const part = make("div", "live-block");
  part.append(make("h4", "", t("live.now.ready_title")), make("p", "", ready.length ? ready.join(", ") : t("live.now.none_ready")));
  return part;
}

function clinicBlock(day, time) {
  const inside = new Map();
  for (const { n } of day.people) {
    const now = day.person(n, time);
    if (now?.state === "at_clinic" && now.clinic >= 0) inside.set(now.clinic, (inside.get(now.clinic) || 0) + 1);
  }
  const lines = [...inside].sort((a, b) => a[0] - b[0]).map(([clinic, count]) => {
    const line = make("li");
    line.append(make("b", "", day.model.clinics[clinic][0]), " " + t("live.now.inside", { n: count }));
    return line;
  });
  return block(t("live.now.clinics"), lines, t("live.now.clinics_empty"));
}
