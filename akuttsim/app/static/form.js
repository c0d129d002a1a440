// The form: made from what the server describes, in the words of the server. One unit of a group at a time.

import { belongs, problemLine } from "./changes.js";
import { button, find, make, refill } from "./dom.js";
import { HoursField } from "./hours.js";
import { RosterField } from "./painter.js";
import { capital, number, page, t } from "./words.js";

const WAIT_MS = 500;

export class Form {
  constructor(draft, map, estimates) {
    this.draft = draft;
    this.map = map;
    this.estimates = estimates;
    this.place = find("form");
    this.chosen = {};
    this.open = draft.state.form.groups[0]?.id;
    this.painters = new Map();
    draft.listen((state) => this.show(state));
  }

  show(state) {
    this.uncover(state);
    refill(this.place, state.form.groups.map((group) => this.group(group, state)));
  }

  // Opens the group of a problem that is new: what must be mended is never folded away.
  uncover(state) {
    const told = JSON.stringify(state.problems.map((each) => [each.key, each.what]));
    if (told === this.told) return;
    this.told = told;
    const wrong = state.form.groups.filter((group) => state.problems.some((problem) => unitOf(group, problem)));
    if (!wrong.length || wrong.some((group) => group.id === this.open)) return;
    this.open = wrong[0].id;
    delete this.chosen[this.open];
  }

  group(group, state) {
    const changed = group.units.filter((unit) => unit.fields.some((field) => field.changed)).length;
    const wrong = state.problems.filter((problem) => unitOf(group, problem));
    const about = changed ? t("form.changed", { n: number(changed) }) : counted(group);
    const summary = make("summary", { "data-keep": "group-" + group.id }, group.title, make("span", {}, about),
      wrong.length ? make("strong", { class: "wrong" }, t("form.wrong")) : null);
    const details = make("details", { class: "group", name: "group", open: this.open === group.id, "data-group": group.id },
      summary, make("div", {}, this.body(group, state, wrong)));
    details.addEventListener("toggle", () => {
      if (details.open) this.open = group.id;
      else if (this.open === group.id) this.open = null;
    });
    return details;
  }

  body(group, state, wrong) {
    const unit = group.units.find((each) => each.id === this.chosen[group.id]) ?? foremost(group, wrong);
    return [
      group.units.length > 1 ? this.chooser(group, unit) : null,
      group.units.length === 1 ? make("h3", {}, unit.title) : null,
      wrong.filter((problem) => unitOf(group, problem) !== unit).map((problem) => problemLine(this.draft, problem, true)),
      unit ? unit.fields.map((field) => this.field(field, state)) : make("p", { class: "hint" }, t("form.none")),
      unit?.removable && !page.read_only ? button(t("form.remove", { title: unit.title }),
        () => this.draft.change({ remove: [unit.id] }), { class: "button small remove" }) : null,
      page.read_only ? null : group.addable.map((each) => this.addable(each)),
    ].flat();
  }

  chooser(group, unit) {
    const options = group.units.map((each) => make("option", { value: each.id, selected: each === unit },
      each.fields.some((field) => field.changed) ? t("form.is_changed", { title: each.title }) : each.title));
    const list = make("select", {
      "data-keep": "unit-" + group.id, "data-units": group.id,
      onchange: (event) => this.choose(group.id, event.target.value),
    }, options);
    return make("label", { class: "choose" }, make("span", { class: "unseen" }, group.title), list);
  }

  // Shows a unit of a group, as when it is picked on the map.
  choose(group, unit) {
    this.chosen[group] = unit;
    this.open = group;
    this.show(this.draft.state);
  }

  reveal(unitId) {
    const group = this.draft.state.form.groups.find((each) => each.units.some((unit) => unit.id === unitId));
    if (group) this.choose(group.id, unitId);
  }

  field(field, state) {
    const problems = state.problems.filter((problem) => belongs(problem.key, field.key));
    const id = "field-" + field.key.replace(/[^a-z0-9]+/gi, "-");
    const about = { id, problems, described: problems.length ? id + "-error" : null };
    const box = make("div", { class: "field " + field.kind + (field.changed ? " changed" : ""), "data-field": field.key },
      this.control(field, about));
    const told = make("div", { id: id + "-error", role: problems.length ? "alert" : null },
      problems.map((problem) => problemLine(this.draft, problem)));
    box.append(told);
    return box;
  }

  control(field, about) {
    if (field.kind === "roster") return this.roster(field);
    if (field.kind === "hours") return new HoursField(this.draft, field, about).element;
    if (field.kind === "flag") return this.flag(field, about);
    const input = field.kind === "number" ? this.number(field, about) : this.list(field, about);
    return [make("label", { for: about.id }, capital(field.label)), input, this.unit(field), help(field), this.before(field)];
  }

  unit(field) {
    return field.unit ? make("span", { class: "unit" }, field.unit) : null;
  }

  before(field) {
    if (!field.changed) return null;
    const said = field.kind === "place" ? this.map.nameOf(field.base)
      : field.choices?.find((each) => each.value === field.base)?.label ?? String(field.base ?? t("form.nothing"));
    return make("small", { class: "before" }, t("form.today", { value: said }));
  }

  // The brush and the focused hour outlive a redrawing.
  roster(field) {
    if (!this.painters.has(field.key)) this.painters.set(field.key, new RosterField(this.draft, this.estimates));
    return this.painters.get(field.key).show(field);
  }

  number(field, about) {
    const input = make("input", {
      id: about.id, type: "text", inputmode: "decimal", autocomplete: "off", "data-keep": field.key,
      value: field.value ?? "", "aria-invalid": about.problems.length ? "true" : null,
      "aria-describedby": about.described, disabled: page.read_only,
    });
    const send = () => {
      clearTimeout(input.timer);
      const text = input.value.trim().replace(",", ".").replace("\u2212", "-");
      const value = text === "" ? null : Number(text);
      if (Number.isNaN(value)) return say(input, t("form.no_number", { value: input.value }));
      if (value !== field.value) this.draft.set(field.key, value);
    };
    input.addEventListener("change", send);
    input.addEventListener("input", () => {
      clearTimeout(input.timer);
      input.timer = setTimeout(send, WAIT_MS);
    });
    return input;
  }

  list(field, about) {
    const choices = field.kind === "place" ? this.map.choices() : field.choices ?? [];
    const options = choices.map((each) => make("option", {
      value: String(each.value), selected: String(each.value) === String(field.value),
    }, each.label));
    return make("select", {
      id: about.id, "data-keep": field.key, disabled: page.read_only,
      "aria-invalid": about.problems.length ? "true" : null, "aria-describedby": about.described,
      onchange: (event) => this.draft.set(field.key, choices[event.target.selectedIndex].value),
    }, options);
  }

  flag(field, about) {
    const box = make("input", {
      id: about.id, type: "checkbox", checked: Boolean(field.value), "data-keep": field.key, disabled: page.read_only,
      "aria-describedby": about.described, onchange: (event) => this.draft.set(field.key, event.target.checked),
    });
    return make("label", { class: "check", for: about.id }, box, make("span", {}, capital(field.label), help(field)));
  }

  // A new unit: where it stands and what it needs; on the map it is one click.
  addable(kind) {
    const place = { key: "place", label: t("form.where"), kind: "place", value: this.map.largest };
    const asked = kind.fields.some((field) => field.kind === "place") ? kind.fields : [place, ...kind.fields];
    const inputs = asked.map((field) => [field, this.blank(field)]);
    const act = () => this.add(kind, inputs);
    return make("details", { class: "add", "data-add": kind.kind }, make("summary", { "data-keep": "add-" + kind.kind }, capital(kind.label)),
      make("div", {}, inputs.map(([field, control]) => make("label", {}, make("span", {}, capital(field.label)), control)),
        button(t("form.add"), act, { class: "button go" })));
  }

  blank(field) {
    if (field.kind === "flag") return make("input", { type: "checkbox", checked: Boolean(field.value) });
    if (field.kind !== "choice" && field.kind !== "place") return make("input", { type: "text", value: field.value ?? "" });
    const choices = field.kind === "place" ? this.map.choices() : field.choices ?? [];
    return make("select", {}, choices.map((each) => make("option", {
      value: String(each.value), selected: String(each.value) === String(field.value ?? (field.kind === "place" ? this.map.largest : "")),
    }, each.label)));
  }

  async add(kind, inputs) {
    const add = { kind: kind.kind, fields: {} };
    for (const [field, control] of inputs) {
      const value = valueOf(field, control, this.map);
      if (field.kind === "place") add.at = value;
      else add.fields[field.key] = value;
    }
    await this.draft.change({ add });
    find("change-title").focus();
  }
}

function valueOf(field, control, map) {
  if (field.kind === "flag") return control.checked;
  if (field.kind === "place") return map.choices()[control.selectedIndex].value;
  if (field.kind === "choice") return field.choices[control.selectedIndex].value;
  return field.kind === "number" ? Number(control.value.replace(",", ".")) : control.value;
}

function help(field) {
  return field.help ? make("small", { class: "help" }, field.help) : null;
}

function counted(group) {
  return group.units.length > 1 ? number(group.units.length) : "";
}

function unitOf(group, problem) {
  return group.units.find((unit) => unit.fields.some((field) => belongs(problem.key, field.key)));
}

// The unit that a group opens with: what is wrong, what is changed, else the first.
function foremost(group, wrong) {
  return (wrong.length && unitOf(group, wrong[0]))
    || group.units.find((unit) => unit.fields.some((field) => field.changed)) || group.units[0];
}

// What the page itself sees to be wrong, before anything is sent.
export function say(input, text, fix) {
  const place = input.closest("[data-field]").lastElementChild;
  input.setAttribute("aria-invalid", "true");
  const mend = fix && make("button", { type: "button", class: "fix", onclick: fix.act }, fix.label);
  place.setAttribute("role", "alert");
  place.replaceChildren(make("p", { class: "error" }, make("span", { class: "sign", "aria-hidden": "true" }, "!"),
    make("span", {}, text, " ", mend || "")));
}
