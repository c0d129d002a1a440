// What is changed from today: each a sentence with its reason and its way back. Empty: three first moves.

import { button, find, make, refill } from "./dom.js";
import { firstMoves } from "./moves.js";
import { capital, page, t } from "./words.js";

export class ChangeList {
  constructor(draft) {
    this.draft = draft;
    this.place = find("changes");
    find("undo").addEventListener("click", () => draft.send("POST", "/undo"));
    find("redo").addEventListener("click", () => draft.send("POST", "/redo"));
    document.addEventListener("keydown", (event) => this.key(event));
    draft.listen((state) => this.show(state));
  }

  // With the map known there is more to propose.
  use(map) {
    this.map = map;
    this.show(this.draft.state);
  }

  show(state) {
    find("undo").disabled = !state.can_undo || page.read_only;
    find("redo").disabled = !state.can_redo || page.read_only;
    const list = make("ol", { class: "changes" }, state.changes.map((each) => this.entry(each)));
    refill(this.place, state.changes.length ? list : this.empty(state));
    this.others(state);
  }

  entry(change) {
    const why = make("input", {
      class: "why", value: change.why, placeholder: t("why"), "aria-label": t("why_of", { sentence: change.sentence }),
      maxlength: 500, disabled: page.read_only, "data-keep": "why-" + change.id,
      onchange: (event) => this.draft.send("PATCH", "/changes/" + change.id, { why: event.target.value }),
    });
    const remove = button(t("remove"), () => this.remove(change), {
      "aria-label": t("remove_of", { sentence: change.sentence }), disabled: page.read_only, class: "button small",
    });
    return make("li", {}, make("b", {}, change.sentence), remove, why);
  }

  async remove(change) {
    await this.draft.send("DELETE", "/changes/" + change.id);
    find("change-title").focus();
  }

  empty(state) {
    const moves = state.moves?.length ? state.moves : firstMoves(state, this.map);
    return make("div", { class: "empty" },
      make("p", {}, make("b", {}, t("empty.title")), " ", t("empty.how")),
      page.read_only ? null : moves.map((move) => button(move.label, () => this.draft.change(move.change))));
  }

  // Problems that no field on the page shows stand by the changes, so that none is unseen.
  others(state) {
    const keys = this.draft.fields().map(({ field }) => field.key);
    const unseen = state.problems.filter((each) => !keys.some((key) => belongs(each.key, key)));
    refill(find("problems"), unseen.map((problem) => problemLine(this.draft, problem, true)), state.hints.map((hint) => make("p", { class: "notice" }, hint)));
  }

  key(event) {
    if (!(event.ctrlKey || event.metaKey) || event.target.matches("input, textarea, select")) return;
    const way = { z: event.shiftKey ? "/redo" : "/undo", y: "/redo" }[event.key.toLowerCase()];
    if (!way) return;
    event.preventDefault();
    this.draft.send("POST", way);
  }
}

// Whether a problem stands at a field: at its key, above it or below it.
export function belongs(problem, field) {
  return problem === field || problem.startsWith(field + ".") || problem.startsWith(field + "[");
}

// A problem in words with the one click that mends it, where there is one.
export function problemLine(draft, problem, withPlace) {
  const told = withPlace && problem.where ? `${problem.where}: ${problem.what}` : problem.what;
  const fix = problem.fix && make("button", {
    type: "button", class: "fix", onclick: () => draft.change(problem.fix.change),
  }, problem.fix.label);
  return make("p", { class: "error" }, markOfError(), make("span", {}, capital(told), " ", fix || null));
}

export function markOfError() {
  return make("span", { class: "sign", "aria-hidden": "true" }, "!");
}
