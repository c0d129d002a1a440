// The answer: one axis for all, in units of the margin; worse to the left, better to the right.

import { ask } from "./api.js";
import { draw, find, make, mark, refill, toast } from "./dom.js";
import { page, t, until } from "./words.js";

const REACH = 3.2; // margins to each side
const FIRST_VERDICT = 3, AT_ONCE = 12;
const MARKS = { better: "better", worse: "worse", same: "same", unknown: "unsure" };

export class Answer {
  constructor(draft, study) {
    this.draft = draft;
    this.version = draft.state.version;
    this.estimates = null;
    find("stop").addEventListener("click", () => this.stopOrGo());
    find("more").addEventListener("click", () => this.post("/more", { replications: AT_ONCE }));
    find("intervals").addEventListener("click", () => this.showIntervals());
    draft.listen((state) => this.follow(state));
    this.show(study);
    this.hear();
  }

  // The server sends the study whenever a replication has finished; a closed page loses nothing.
  hear() {
    const events = new EventSource(this.draft.path + "/events");
    events.addEventListener("study", (event) => this.show(JSON.parse(event.data)));
    events.addEventListener("error", () => find("lost").hidden = false);
    events.addEventListener("open", () => find("lost").hidden = true);
    window.addEventListener("pagehide", () => events.close());
  }

  // Every checked change begins the simulation by itself.
  follow(state) {
    if (state.version === this.version) return;
    this.version = state.version;
    clearTimeout(this.timer);
    if (state.changes.length && !state.problems.length) this.timer = setTimeout(() => this.begin(), 700);
  }

  begin() {
    return this.post("/run", { replications: this.study.of || AT_ONCE });
  }

  async post(way, body) {
    if (page.read_only) return;
    try {
      const answer = await ask("POST", this.draft.path + way, body ?? {});
      if (answer.rows ?? answer.study?.rows) this.show(answer.rows ? answer : answer.study);
    } catch (error) {
      toast(error.message);
    }
  }

  stopOrGo() {
    const isRunning = ["running", "waiting"].includes(this.study.state);
    return isRunning ? this.post("/stop") : this.post("/run", { replications: this.study.of || AT_ONCE });
  }

  showIntervals() {
    const isOn = find("intervals").getAttribute("aria-pressed") !== "true";
    find("intervals").setAttribute("aria-pressed", String(isOn));
    find("answer").classList.toggle("with-intervals", isOn);
  }

  estimate(estimates) {
    this.estimates = estimates;
    if (this.study) this.show(this.study);
  }

  show(study) {
    this.study = study;
    Object.assign(find("answer").dataset, { state: study.state, done: study.done });
    this.progress();
    this.say();
    refill(find("rows"), this.rows().flatMap((row) => this.row(row)));
    this.who();
    this.doors();
  }

  get isNothing() {
    return !this.draft.state.changes.length;
  }

  // Until something is simulated the estimates stand in the rows that they are about.
  rows() {
    const known = new Map((this.estimates?.rows ?? []).map((row) => [row.indicator, row]));
    return this.study.rows.map((row) => {
      const guess = row.group === "all" ? known.get(row.indicator) : null;
      if (this.study.done > 0 || !guess || this.isNothing) return row;
      return { ...row, before: guess.before ?? row.before, after: guess.after ?? row.after, mid: guess.mid ?? row.mid, is_estimate: true };
    });
  }

  progress() {
    const { state, done, of, seconds_left: left } = this.study;
    const bar = find("bar"), isRunning = state === "running" || state === "waiting";
    bar.max = of || 1;
    bar.value = done;
    const key = this.isNothing && !done ? "none" : state === "running" && done >= of ? "last" : state;
    const when = isRunning && left !== null && left !== undefined && done > 0 ? " " + t("run.left", { time: until(left) }) : "";
    refill(find("progress"), t("run." + key, { done, of, again: this.study.confirming ?? 0 }) + when);
    const stop = find("stop");
    stop.textContent = t(state === "stopped" || state === "failed" || state === "stale" ? "run.go" : "run.stop");
    stop.disabled = page.read_only || !(isRunning || ["stopped", "failed", "stale"].includes(state));
    find("more").disabled = page.read_only || state !== "done";
  }

  say() {
    const { answer, message, state, done } = this.study;
    const place = find("say");
    if (this.isNothing && !done) return refill(place, make("b", {}, t("say.today")), t("say.begin"));
    if (this.draft.state.problems.length) return refill(place, make("b", {}, t("say.wrong")), t("say.mend"));
    if (state === "failed") return refill(place, make("b", {}, t("say.failed")), message ?? "");
    if (done < FIRST_VERDICT) return refill(place, make("b", {}, t("say.first")), this.estimates?.note ?? t("say.estimate"));
    const [first, ...others] = sentences(answer);
    refill(place, make("b", {}, first), others.join(" "));
  }

  row(row) {
    const isGuess = this.study.done < FIRST_VERDICT;
    const verdict = isGuess ? null : row.verdict;
    const name = row.only_because_fewer ? "fewer" : MARKS[verdict];
    const [before, unit] = parted(row.before), [after] = parted(row.after);
    const level = !before ? [] : this.isNothing && !this.study.done ? [make("span", {}, before)]
      : [make("small", {}, t("row.before", { value: before })), " ", make("b", {}, after)];
    const cells = [
      make("th", { scope: "row" }, row.title, unit && [" ", make("small", {}, unit)]),
      make("td", { class: "level" + (isGuess ? " guess" : "") }, level, " ", flag(row)),
      make("td", { class: "axis" }, this.isNothing && !this.study.done ? axis({}, true, null) : axis(row, isGuess, name),
        make("span", { class: "unseen" }, row.interval_text || "")),
      make("td", { class: "verdict " + (name ?? "") }, this.verdict(row, isGuess, name)),
    ];
    const interval = make("tr", { class: "interval", "aria-hidden": "true" }, make("td", { colspan: 4 }, row.interval_text || ""));
    return [make("tr", { "data-indicator": row.indicator, "data-of": row.group, "data-verdict": verdict ?? "" }, cells), interval];
  }

  verdict(row, isGuess, name) {
    if (this.isNothing && !this.study.done) return "";
    if (isGuess) return make("span", {}, row.after || row.mid !== null ? t("row.guess") : t("row.waits"));
    const isOpen = row.verdict === "unknown" && ["running", "waiting", "stopped"].includes(this.study.state);
    return make("span", { class: "said" }, mark(name ?? "unsure"), make("span", {}, isOpen ? t("row.open") : t("verdict." + (name ?? "unsure"))));
  }

  who() {
    const { hardest, gains } = this.study;
    const line = (name, text) => text && make("p", {}, mark(name), " ", text);
    refill(find("who"), line("worse", hardest), line("better", gains));
  }

  doors() {
    const report = find("report");
    report.hidden = !this.study.report;
    if (this.study.report) report.href = this.study.report;
    for (const each of document.querySelectorAll("[data-needs=study]")) {
      const isReady = this.study.done >= 1 && this.study.state !== "stale";
      if (isReady) each.removeAttribute("aria-disabled");
      else each.setAttribute("aria-disabled", "true");
    }
  }
}

function sentences(text) {
  return (text || "").split(/(?<=[.!?])\s+(?=[A-ZÆØÅ])/);
}

// A number and its unit, which stands beside the title but for per cent: "68,4 min" as "68,4" and "min".
export function parted(text) {
  const parts = /^([^\d\u2212]*)(\u2212?\d(?:[\d.,\u00a0]*\d)?)([^\d]*)$/.exec(text ?? "");
  if (!parts || parts[3].includes("%")) return [text, null];
  return [parts[2], (parts[1] + parts[3]).trim().replace(/\s+/g, " ") || null];
}

function flag(row) {
  if (row.target !== "met" && row.target !== "missed") return null;
  return make("span", { class: "target " + row.target }, mark(row.target === "met" ? "met" : "not-met"),
    make("span", { class: "unseen" }, t("row.target_" + row.target)));
}

// One row's part of the axis: the grey band is the margin, the whisker the interval, cut off at the edges.
export function axis(row, isGuess, name) {
  const at = (value) => 50 + (Math.max(-REACH, Math.min(value, REACH)) / REACH) * 48;
  const parts = [
    draw("rect", { x: at(-1) + "%", width: at(1) - at(-1) + "%", y: 2, height: 26, class: "band" }),
    draw("line", { x1: "50%", x2: "50%", y1: 0, y2: 30, class: "zero" }),
  ];
  const isKnown = row.mid !== null && row.mid !== undefined;
  if (isKnown && row.low !== null && row.low !== undefined) {
    parts.push(draw("line", { x1: at(row.low) + "%", x2: at(row.high) + "%", y1: 15, y2: 15, class: "whisker" }));
    if (row.low < -REACH) parts.push(end(at(-REACH), "M4 -5L-3 0L4 5"));
    if (row.high > REACH) parts.push(end(at(REACH), "M-4 -5L3 0L-4 5"));
  }
  if (isKnown) parts.push(draw("svg", { x: at(row.mid) + "%", y: 15, overflow: "visible" }, point(name)));
  return draw("svg", { class: `line ${isGuess ? "guess " : ""}${name ?? ""}`, "aria-hidden": "true" }, parts);
}

function end(x, d) {
  return draw("svg", { x: x + "%", y: 15, overflow: "visible" }, draw("path", { d, class: "cut" }));
}

function point(name) {
  if (name === "worse") return draw("path", { d: "M-5 -5h10v10h-10z", class: "point" });
  return draw("circle", { r: name === "better" ? 5.5 : 4.5, class: "point" });
}
