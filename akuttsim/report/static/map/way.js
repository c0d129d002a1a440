// A patient's way from ring to care, in words.

const OF_ROOM = new Set(["rings", "answered", "rung_back", "hangs_up"]);

// Lines of the way: {time, after, text}; what is told twice at the same moment is told once.
function wayOf(day, person) {
  const start = person.events[0]?.time ?? 0;
  const told = [];
  for (const event of person.events) {
    if (event.name === "falls_ill" && person.events.some((each) => each.name === "rings" && each.time === event.time)) continue;
    const text = eventText(day, person, event);
    if (told.at(-1)?.text === text && told.at(-1).time === event.time) continue;
    told.push({ time: event.time, after: event.time - start, text });
  }
  return told;
}

function eventText(day, person, event) {
  if (event.name === "ends") return sentence(t("live.outcome." + person.outcome));
  if (event.name === "falls_ill" && person.events.some((each) => each.name === "rings")) return t("live.event.dials");
  const who = event.of < 0 ? "" : aboutWhom(day, event);
  return t("live.event." + event.name, { who });
}

function sentence(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function aboutWhom(day, event) {
  if (OF_ROOM.has(event.name)) return roomTitle(day, event.of);
  if (event.name === "at_clinic") return day.model.clinics[event.of]?.[0] ?? "";
  return day.units[event.of]?.name ?? "";
}

function roomTitle(day, room) {
  const [title, answers] = day.raw.rooms[room];
  return answers === "alarm" ? title : `${answers} (${title})`;
}

// Who a patient is, in one line: 14:05 · red · Kolvereid · 67-79 years.
function personTitle(day, person) {
  const where = person.place >= 0 ? shared.region.names[person.place] : t("live.person.outside");
  const rang = person.events[0]?.time ?? 0;
  return t("live.person.title", {
    time: clock(rang), urgency: t("live.urgency." + person.urgency), place: where,
    age: t("live.person.age", { age: person.age.replace("-", "\u2013") }),
  });
}

// What became of the judgement: told where phone and truth differ.
function judgedText(person) {
  if (person.judged < 0 || person.judged === person.truth) return "";
  return t("live.person.misjudged", {
    judged: t("live.urgency." + person.judged), truth: t("live.urgency." + person.truth),
  });
}

// What a unit does now, in words.
function doingText(day, { unit, leg, job }) {
  const person = day.people[leg?.person ?? job?.person ?? -1];
  const whom = person
    ? t("live.now.whom", {
      urgency: t("live.urgency." + person.urgency),
      place: person.place >= 0 ? shared.region.names[person.place] : t("live.person.outside"),
    })
    : "";
  const what = leg ? t("live.stage." + leg.stage) : job ? t("live.job." + job.kind) : t("live.now.ready");
  return { unit, what, whom, person };
}
