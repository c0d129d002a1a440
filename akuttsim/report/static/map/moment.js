// One replayed day: what everybody does at a moment. No drawing here; all times are seconds since
// midnight of the day.

const [PLACE, AGE, LINE, TRUTH, JUDGED, OUTCOME, EVENTS] = [0, 1, 2, 3, 4, 5, 6];
const GONE_AFTER = 300;

class Day {
  constructor(raw) {
    this.raw = raw;
    this.stage = raw.codes.stages;
    this.event = raw.codes.events;
    this.kind = raw.codes.kinds;
    this.units = raw.units.map(([name, role, team, base, duty, jobs], n) => ({
      n, name: raw.names[n], role, team, base, duty, jobs, legs: [],
    }));
    this.own = raw.people.map(() => []);
    for (const [unit, stage, start, end, person, places, times] of raw.legs) {
      const leg = { unit, stage: this.stage[stage], start, end, person, places, times };
      if (unit >= 0) this.units[unit].legs.push(leg);
      else this.own[person].push(leg);
    }
    this.people = raw.people.map((row, n) => ({
      n, place: row[PLACE], age: shared.ages[row[AGE]], line: row[LINE], truth: row[TRUTH],
      judged: row[JUDGED], outcome: raw.codes.outcomes[row[OUTCOME]],
      events: row[EVENTS].map(([code, time, of]) => ({ name: this.event[code], time, of })),
    }));
    for (const person of this.people) person.urgency = person.judged >= 0 ? person.judged : person.truth;
    this.calls = this.people.flatMap(callsOf).sort((a, b) => a.rang - b.rang);
    this.rings = [...new Set(this.calls.map((call) => call.rang))].filter((time) => time >= 0);
  }

  // Where somebody with these legs is, or null before the first of them.
  at(legs, time) {
    const leg = legs[lastBefore(legs, time, (each) => each.start)];
    if (!leg) return null;
    const spot = between(leg, Math.min(time, leg.end));
    return { ...spot, leg, isNow: time < leg.end };
  }

  // What a unit does: {isOn, leg, job, x, y, place}; leg and job only while they last.
  unit(n, time) {
    const unit = this.units[n];
    const isOn = unit.duty.some(([from, to]) => from <= time && time < to);
    const job = unit.jobs.find((each) => each[1] <= time && time < each[2]);
    const found = this.at(unit.legs, time);
    const leg = found?.isNow ? found.leg : null;
    const spot = found && (leg || isVehicle(unit)) ? found : unit.base >= 0 ? spotOf(unit.base) : null;
    return { unit, isOn: isOn || Boolean(leg) || Boolean(job), leg, spot,
      job: job ? { kind: this.kind[job[0]], start: job[1], end: job[2], person: job[3] } : null };
  }

  // What a patient lives through: {state, since, x, y, of} or null when out of the picture.
  person(n, time) {
    const person = this.people[n];
    let state = null, since = 0, clinic = -1;
    for (const event of person.events) {
      if (event.time > time) break;
      const next = stateAfter(event.name, state);
      if (event.name === "at_clinic") clinic = event.of;
      if (next !== state) [state, since] = [next, event.time];
    }
    if (!state || (state === "done" && time - since > GONE_AFTER)) return null;
    if (state === "gave_up" && time - since > GONE_AFTER) return null;
    const moving = state === "travels" ? this.at(this.own[n], time) : null;
    const spot = moving?.isNow ? moving : person.place >= 0 ? spotOf(person.place) : null;
    return { person, state, since, clinic, spot };
  }

  // Calls that ring at a moment, longest first.
  ringing(time) {
    return this.calls.filter((call) => call.rang <= time && time < call.until);
  }
}

function isVehicle(unit) {
  return ["crew", "transport_vehicle", "neighbour_crew", "support"].includes(unit.role);
}

function spotOf(place) {
  const [x, y] = shared.region.places[place];
  return { x, y, place };
}

// The position on a leg at a time, in a straight line between the places that it passes.
function between(leg, time) {
  const { places, times } = leg, last = places.length - 1;
  if (last === 0) return spotOf(places[0]);
  const n = lastBefore(times, time, (each) => each);
  if (n < 0) return spotOf(places[0]);
  if (n >= last) return spotOf(places[last]);
  const done = (time - times[n]) / (times[n + 1] - times[n]);
  const [a, b] = [shared.region.places[places[n]], shared.region.places[places[n + 1]]];
  return { x: a[0] + done * (b[0] - a[0]), y: a[1] + done * (b[1] - a[1]), place: -1 };
}

// Each ring with when it ended: answered, given up, or never on this day.
function callsOf(person) {
  const calls = [];
  for (const { name, time, of } of person.events) {
    const open = calls.findLast((call) => call.until === Infinity);
    if (name === "rings") calls.push({ person: person.n, rang: time, room: of, until: Infinity, by: "" });
    else if (open && ["answered", "rung_back", "hangs_up"].includes(name)) {
      open.until = time;
      open.by = name;
    }
  }
  return calls;
}

function stateAfter(event, state) {
  const isOut = state === "waits_crew" || state === "helped" || state === "with_crew";
  switch (event) {
    case "rings": return isOut ? state : "rings";
    case "answered": case "rung_back": case "doctor_phones": return isOut || state === "at_clinic" ? state : "talks";
    case "hangs_up": return isOut ? state : "gave_up";
    case "call_ends": return state === "talks" ? "waits_home" : state;
    case "ambulance_asked": case "crew_alerted": case "crew_rolls":
      return state === "helped" || state === "with_crew" ? state : "waits_crew";
    case "doctor_arrives": case "nurse_arrives": case "responder_arrives": case "support_arrives":
      return state === "waits_crew" ? "helped" : state;
    case "crew_arrives": case "crew_leaves": case "at_hospital": case "handed_over": return "with_crew";
    case "leaves_home": return "travels";
    case "at_clinic": case "nurse_sees": case "doctor_sees": return "at_clinic";
    case "doctor_visits": return "visited";
    case "ends": return "done";
    default: return state;
  }
}
