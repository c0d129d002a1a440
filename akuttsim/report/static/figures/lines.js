// Lines of models over time, in panels above one axis; lines that are the same are drawn once.

kinds.lines = {
  draw(stage, view) {
    const models = stage.modelsOf(view.panels[0].models);
    let y = stage.isNarrow && models.length > 1 ? stage.modelLegend(0, models, true) : 0;
    const left = 46, right = stage.width - (stage.isNarrow ? 10 : 158);
    const isStep = view.panels[0].is_step, last = isStep ? view.at.at(-1) + 1 : Math.max(...view.ticks);
    const x = linear([Math.min(view.at[0], view.ticks[0]), last], [left, right]);
    const high = view.panels.length === 1 ? (stage.isNarrow ? 230 : 290) : stage.isNarrow ? 108 : 120;
    view.panels.forEach((panel, n) => { y = linesPanel(stage, view, panel, { n, x, y, high, left, right, models }); });
    for (const tick of view.ticks) stage.text(x(tick), y + 10, String(tick).padStart(isStep ? 2 : 1, "0"), { "text-anchor": "middle", "font-size": 12, fill: MUTED });
    const axis = wrapped(view.axis, right - left, 12);
    stage.lines(left, y + 28, axis, 15, { "font-size": 12, fill: MUTED });
    return y + 18 + 15 * axis.length;
  },

  table(stage, view) {
    const known = stage.data.models.filter((model) => view.panels[0].models[model]);
    const titled = (panel, model) => (view.panels.length > 1 ? `${panel.title}: ${shared.models[model]}` : shared.models[model]);
    return {
      heads: [t(view.panels[0].is_step ? "figure_script.hour" : "figure_script.time"), ...view.panels.flatMap((panel) => known.map((model) => titled(panel, model)))],
      rows: view.labels.map((label, n) => [label, ...view.panels.flatMap((panel) => known.map((model) => levelCell(panel.models[model], n, panel.scale)))]),
    };
  },
};

// Models whose values are the same, together.
function sameLines(panel, models) {
  const groups = new Map();
  for (const model of models) {
    const key = JSON.stringify(panel.models[model].mean);
    groups.set(key, [...(groups.get(key) ?? []), model]);
  }
  return [...groups.values()];
}

function panelDomain(panel, models) {
  const values = models.flatMap((model) => [...panel.models[model].mean, ...(panel.models[model].low ?? [])]);
  const goals = [panel.target, ...(panel.marks ?? []).map((mark) => mark.goal)];
  const tops = models.flatMap((model) => panel.models[model].high ?? panel.models[model].mean);
  const [low, high] = extent([...values, ...tops, ...goals]);
  const isShare = panel.scale.unit.includes("%");
  return [panel.from_nought ? 0 : low, isShare ? Math.min(high, 100) : high];
}

function linesPanel(stage, view, panel, plan) {
  const { models, left, right, x, high } = plan, titled = wrapped(panel.title, right - 0, 13, true, 2);
  stage.lines(0, plan.y + 13, titled, 16, { "font-size": 13, "font-weight": 600 });
  const top = plan.y + 16 * titled.length + 10, bottom = top + high;
  const [low, most] = panelDomain(panel, models), ticks = niceTicks(low, most, high > 200 ? 5 : 3);
  if (panel.scale.unit.includes("%") && ticks.at(-1) > 100) ticks.pop();
  const y = linear([ticks[0], Math.max(ticks.at(-1), most)], [bottom, top]);
  const decimals = tickDecimals(ticks), isShare = panel.scale.unit.includes("%");
  for (const tick of ticks) {
    stage.line(left, y(tick), right, y(tick), { stroke: tick === ticks[0] ? PLAIN : HAIR });
    const words = number(tick, decimals);
    stage.text(left - 6, y(tick) + 4, isShare ? filled(panel.scale.unit, { n: words }) : words, { "text-anchor": "end", "font-size": 12, fill: MUTED });
  }
  const inner = { ...plan, y, top, bottom };
  const groups = sameLines(panel, models);
  groups.forEach((group) => modelLine(stage, view, panel, group, inner));
  linesGoals(stage, panel, inner);
  if (!stage.isNarrow) lineLabels(stage, panel, groups, inner, models);
  linesPoints(stage, view, panel, inner);
  return bottom + 14;
}

function linesGoals(stage, panel, { x, y, left, right, top, bottom }) {
  const goal = (value) => t("figure_script.goal", { n: level(value, { ...panel.scale, decimals: 0 }) });
  const dashes = { stroke: INK, "stroke-width": 1.3, "stroke-dasharray": "6 3" };
  if (typeof panel.target === "number") {
    stage.line(left, y(panel.target), right, y(panel.target), dashes);
    stage.text(left + 4, y(panel.target) - 5, goal(panel.target), { ...HALO, "font-size": 12, fill: MUTED });
  }
  for (const mark of panel.marks ?? []) {
    stage.line(x(mark.at), top, x(mark.at), bottom, dashes);
    stage.text(x(mark.at) + 5, bottom - 6, mark.label, { "font-size": 12, fill: MUTED });
    if (typeof mark.goal !== "number") continue;
    stage.add("path", { d: "M0-6L6 0 0 6-6 0z", transform: `translate(${x(mark.at).toFixed(1)} ${y(mark.goal).toFixed(1)})`, fill: INK });
    stage.text(x(mark.at) + 9, y(mark.goal) + 14, goal(mark.goal), { ...HALO, "font-size": 12, fill: MUTED });
  }
}

function linePath(values, view, panel, { x, y }) {
  let d = "", isOn = false;
  values.forEach((value, n) => {
    if (typeof value !== "number") { isOn = false; return; }
    const from = x(view.at[n]).toFixed(1), where = y(value).toFixed(1);
    d += `${isOn ? "L" : "M"}${from} ${where}`;
    if (panel.is_step) d += `H${x(view.at[n] + 1).toFixed(1)}`;
    isOn = true;
  });
  return d;
}

function modelLine(stage, view, panel, group, plan) {
  const model = group[0], series = panel.models[model], isBase = order(model) < 0;
  if (series.low && !panel.is_step) {
    const known = view.at.map((_, n) => n).filter((n) => typeof series.low[n] === "number");
    const there = known.map((n) => `${plan.x(view.at[n]).toFixed(1)} ${plan.y(series.high[n]).toFixed(1)}`);
    const back = [...known].reverse().map((n) => `${plan.x(view.at[n]).toFixed(1)} ${plan.y(series.low[n]).toFixed(1)}`);
    if (known.length) stage.add("path", { d: `M${[...there, ...back].join("L")}z`, fill: lineColour(model), "fill-opacity": 0.14 });
  }
  stage.add("path", {
    d: linePath(series.mean, view, panel, plan), fill: "none", stroke: lineColour(model),
    "stroke-width": isBase ? 3 : 2.2, "stroke-opacity": isBase ? 0.75 : 1, "stroke-dasharray": lineDash(model),
  });
}

// Names at the ends of the lines, pushed apart where they would cover each other.
function lineLabels(stage, panel, groups, { y, right, top, bottom }, models) {
  const labels = groups.map((group) => {
    const isAll = group.length === models.length && models.length > 1;
    const words = isAll ? t("figure_script.all") : group.map((model) => shared.models[model]).join(" = ");
    const last = panel.models[group[0]].mean.findLast((value) => typeof value === "number") ?? 0;
    return { lines: wrapped(words, 138, 12, false, 3), at: y(last), colour: lineColour(group[0]) };
  });
  labels.sort((a, b) => a.at - b.at);
  let free = top - 6;
  for (const label of labels) {
    label.at = Math.max(label.at, free + 7);
    free = label.at + 14 * label.lines.length - 7;
  }
  const over = Math.max(free - bottom - 8, 0);
  for (const { lines, at: where, colour } of labels) stage.lines(right + 8, where - over + 4, lines, 14, { "font-size": 12, fill: colour });
}

function linesPoints(stage, view, panel, { n: row, x, top, bottom, models }) {
  view.at.forEach((time, n) => {
    const said = models.map((model) => `${shared.models[model]}: ${levelCell(panel.models[model], n, panel.scale)}`);
    const isSame = sameLines(panel, models).length === 1;
    const label = panel.is_step ? t("figure_script.clock", { hour: view.labels[n] }) : view.labels[n];
    const half = panel.is_step ? (x(time + 1) - x(time)) / 2 : 4;
    stage.point({
      x: x(time) + (panel.is_step ? half : 0), y: (top + bottom) / 2, w: half, h: (bottom - top) / 2, row, col: n,
      lines: [`${panel.title}, ${label}`, ...(isSame && said.length > 1 ? [`${t("figure_script.all")}: ${levelCell(panel.models[models[0]], n, panel.scale)}`] : said)],
    });
  });
}
