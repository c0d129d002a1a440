// Cost against what it gives: up is better, left is cheaper; the dashed stairs are what none beats.

kinds.scatter = {
  draw(stage, view) {
    const left = 58, right = stage.width - (stage.isNarrow ? 8 : 150), top = 30, bottom = top + (stage.isNarrow ? 250 : 320);
    const costs = spread(view.cost), values = spread(view.value);
    const xTicks = niceTicks(...costs, stage.isNarrow ? 3 : 5), yTicks = niceTicks(...values, 5);
    const ends = [yTicks[0], yTicks.at(-1)];
    const x = linear([xTicks[0], xTicks.at(-1)], [left + 14, right - 14]);
    const y = linear(view.is_lower_good ? [...ends].reverse() : ends, [bottom - 14, top + 14]);
    scatterAxes(stage, view, { x, y, xTicks, yTicks, left, right, top, bottom });
    scatterFront(stage, view, { x, y, right, bottom });
    const taken = view.models.map((_, n) => [x(view.cost.mean[n]), y(view.value.mean[n])]).map(([px, py]) => [px - 8, py - 8, px + 8, py + 8]);
    view.models.forEach((model, n) => scatterSpot(stage, view, { model, n, x, y, right, taken }));
    return bottom + 44;
  },

  table(stage, view) {
    return {
      heads: [t("figure_script.model"), t("figure_script.cost"), view.name, t("figure_script.verdict")],
      rows: view.models.map((model, n) => [shared.models[model], levelCell(view.cost, n, view.cost_scale), levelCell(view.value, n, view.scale), t("figure_script." + view.standing[n])]),
    };
  },
};

function spread(series) {
  const [low, high] = extent([...series.mean, ...(series.low ?? []), ...(series.high ?? [])]);
  const room = (high - low || Math.abs(high) || 1) * 0.08;
  return [low - room, high + room];
}

function scatterAxes(stage, view, { x, y, xTicks, yTicks, left, right, top, bottom }) {
  const faint = { "font-size": 12, fill: MUTED };
  stage.text(0, 13, cut(`${view.name}${view.scale.name ? ` (${view.scale.name})` : ""}`, stage.width, 13, true), { "font-size": 13, "font-weight": 600 });
  for (const tick of yTicks) {
    stage.line(left, y(tick), right, y(tick), { stroke: HAIR });
    stage.text(left - 6, y(tick) + 4, number(tick, tickDecimals(yTicks)), { ...faint, "text-anchor": "end" });
  }
  for (const tick of xTicks) stage.text(x(tick), bottom + 16, number(tick, tickDecimals(xTicks)), { ...faint, "text-anchor": "middle" });
  stage.line(left, bottom, right, bottom, { stroke: PLAIN });
  stage.line(left, top, left, bottom, { stroke: PLAIN });
  stage.text(left, bottom + 36, `${t("figure_script.cost")} (${view.cost_scale.name})`, faint);
}

function scatterFront(stage, view, { x, y, right, bottom }) {
  const on = view.models.map((_, n) => n).filter((n) => view.standing[n] === "front").sort((a, b) => view.cost.mean[a] - view.cost.mean[b]);
  if (!on.length) return;
  let d = `M${x(view.cost.mean[on[0]]).toFixed(1)} ${bottom}`;
  for (const n of on) d += `V${y(view.value.mean[n]).toFixed(1)}H${(n === on.at(-1) ? right : x(view.cost.mean[on[on.indexOf(n) + 1]])).toFixed(1)}`;
  stage.add("path", { d, fill: "none", stroke: PLAIN, "stroke-dasharray": "5 4" });
}

function scatterSpot(stage, view, { model, n, x, y, right, taken }) {
  const px = x(view.cost.mean[n]), py = y(view.value.mean[n]), standing = view.standing[n];
  const ends = (series, place) => (typeof at(series.low, n) === "number" ? [place(series.low[n]), place(series.high[n])] : null);
  const across = ends(view.cost, x), along = ends(view.value, y);
  if (across) stage.line(across[0], py, across[1], py, { stroke: PLAIN, "stroke-width": 1.4 });
  if (along) stage.line(px, along[0], px, along[1], { stroke: PLAIN, "stroke-width": 1.4 });
  const isOn = standing === "front";
  const mark = order(model) < 0 ? {} : { fill: isOn ? INK : PAPER, stroke: INK, "stroke-width": 1.8 };
  stage.layer.append(shape(model, px, py, order(model) < 0 && isOn ? { fill: INK } : mark));
  if (standing === "beaten") stage.add("path", { d: "M-4-4L4 4M4-4L-4 4", transform: `translate(${px.toFixed(1)} ${py.toFixed(1)})`, stroke: INK, "stroke-width": 1.8 });
  scatterName(stage, model, { px, py, right, taken });
  stage.point({
    x: px, y: py, w: 9, h: 9, row: 0, col: n,
    lines: [
      shared.models[model], `${t("figure_script.cost")}: ${levelCell(view.cost, n, view.cost_scale)}`,
      `${view.name}: ${levelCell(view.value, n, view.scale)}`, t("figure_script." + standing),
    ],
  });
}

// A name where it covers no other: right of its mark, left, above or below it.
function scatterName(stage, model, { px, py, taken }) {
  const lines = wrapped(shared.models[model], 150, 12, false, 2), wide = Math.max(...lines.map((line) => textWidth(line, 12))), high = 14 * lines.length;
  const places = [[px + 11, py - high / 2], [px - 11 - wide, py - high / 2], [px - wide / 2, py - high - 10], [px - wide / 2, py + 10]];
  const isFree = ([left, top]) => left >= 0 && left + wide <= stage.width && taken.every((box) => left > box[2] || left + wide < box[0] || top > box[3] || top + high < box[1]);
  const [left, top] = places.find(isFree) ?? [Math.min(Math.max(px - wide / 2, 0), stage.width - wide), py + 10];
  taken.push([left - 2, top, left + wide + 2, top + high]);
  stage.lines(left, top + 11, lines, 14, { ...HALO, "font-size": 12 });
}
