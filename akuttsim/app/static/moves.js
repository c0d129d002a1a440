// What a planner may try first: one who answers more at night, a clinic that closes earlier, a satellite where it is far.

import { t } from "./words.js";

const FAR_MIN = 60, CLOSES = "22:00";

export function firstMoves(state, map) {
  return [oneMoreAtNight(state), closesEarlier(state), map && satellite(state, map)].filter(Boolean);
}

function unitsOf(state, id) {
  return state.form.groups.find((group) => group.id === id)?.units ?? [];
}

function oneMoreAtNight(state) {
  for (const unit of unitsOf(state, "answering")) {
    const field = unit.fields.find((each) => each.kind === "roster");
    if (!field) continue;
    const week = field.value.week.map((day) => day.map((count, hour) => count + (hour >= 23 || hour < 8 ? 1 : 0)));
    return { label: t("empty.night", { unit: unit.title }), change: { set: { [field.key]: { week } } } };
  }
  return null;
}

// The last clinic of the list that is open until late in the evening and no longer.
function closesEarlier(state) {
  const isLate = (spans) => spans.some(([from, to]) => from < CLOSES && to > CLOSES);
  const earlier = (spans) => spans.map(([from, to]) => [from, from < CLOSES && to > CLOSES ? CLOSES : to]);
  for (const unit of [...unitsOf(state, "clinics")].reverse()) {
    const field = unit.fields.find((each) => each.kind === "hours" && each.value.some(isLate));
    if (field) return { label: t("empty.closes", { unit: unit.title }), change: { set: { [field.key]: field.value.map(earlier) } } };
  }
  return null;
}

// At the largest place of the municipality with most people far from care at the hour of the map.
function satellite(state, map) {
  const kind = state.form.groups.flatMap((group) => group.addable).find((each) => each.kind === "satellite");
  if (!kind || !map.found) return null;
  const isFar = (n) => (map.found.now[n] ?? Infinity) > FAR_MIN;
  const people = new Map();
  for (const n of map.order) {
    const [, , count, municipality] = map.known.places[n];
    if (isFar(n)) people.set(municipality, (people.get(municipality) ?? 0) + count);
  }
  const far = [...people].sort((a, b) => b[1] - a[1])[0];
  if (!far) return null;
  const at = map.order.find((n) => map.known.places[n][3] === far[0] && isFar(n));
  const fields = Object.fromEntries(kind.fields.filter((field) => field.kind !== "place").map((field) => [field.key, field.value]));
  return { label: t("empty.satellite", { place: map.nameOf(at) }), change: { add: { kind: kind.kind, at, fields } } };
}
