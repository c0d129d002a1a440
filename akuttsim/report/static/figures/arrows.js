// Before and after by municipality: a ring for the base, an arrow to each model that surely differs.

kinds.arrows = {
  draw(stage, view) {
    const models = stage.modelsOf(view.models);
    const plan = arrowPlan(stage, view, models);
    const x = linear([plan.ticks[0], plan.ticks.at(-1)], [plan.left + 8, plan.right - 8]);
    let y = stage.isNarrow && models.length ? stage.modelLegend(0, models) : 0;
    y = arrowHead(stage, view, models, { ...plan, x, y });
    view.rows.forEach((name, row) => { y = arrowRow(stage, view, models, { ...plan, x, y, row, name }); });
    stage.line(0, y, stage.width, y, { stroke: HAIR });
    return y + 4;
  },

  table(stage, view) {
    const known = stage.data.models.filter((model) => view.models[model]);
    const heads = [t("figure_script.municipality"), shared.models[shared.base], ...known.map((m) => shared.models[m])];
    const rows = view.rows.map((name, n) => [
      name, levelCell(view.base, n, view.scale), ...known.map((m) => changeCell(view.models[m], n, view.scale)),
    ]);
    return { heads, rows };
  },
};

// Before and after of a model in a place: of the same people where that is known.
function placeEnds(view, model, n) {
  const series = view.models[model], before = at(series.before, n), change = at(series.mean, n);
  const base = at(view.base.mean, n);
  if (typeof before === "number") return [before, at(series.after, n)];
  return [base, typeof change === "number" && typeof base === "number" ? base + change : null];
}

function arrowPlan(stage, view, models) {
  const values = [...view.base.mean];
  for (const model of models) view.rows.forEach((_, n) => values.push(...placeEnds(view, model, n)));
  const [low, high] = extent(values);
  const isShare = view.scale.unit.includes("%");
  const ticks = niceTicks(isShare ? Math.max(low, 0) : Math.min(low, 0), high, stage.isNarrow ? 4 : 6);
  const columns = models.length + 1, wide = stage.isNarrow ? 62 : Math.min(108, 330 / columns + 20);
  const text = stage.width - columns * wide;
  const brief = high < 20 && !isShare ? Math.max(view.scale.decimals, 1) : 0;
  if (stage.isNarrow) return { brief, ticks, wide, text, left: 0, right: stage.width, nameWide: text - 6 };
  const nameWide = Math.min(230, 40 + Math.max(...view.rows.map((name) => textWidth(name, 13))));
  return { brief, ticks, wide, text, nameWide, left: nameWide + 12, right: text - 6 };
}

function columnAt(plan, column) {
  return plan.text + plan.wide * (column + 1);
}

function arrowHead(stage, view, models, plan) {
  const titles = [shared.models[shared.base], ...models.map((model) => shared.models[model])];
  const heads = titles.map((title) => (stage.isNarrow ? [] : wrapped(title, plan.wide - 12, 12)));
  const high = stage.isNarrow ? 16 : 15 * Math.max(...heads.map((lines) => lines.length)) + 16;
  const bottom = plan.y + high;
  titles.forEach((_, n) => {
    const end = columnAt(plan, n);
    if (stage.isNarrow && n === 0) stage.text(end, bottom - 4, t("figure_script.today"), { "text-anchor": "end", "font-size": 12, fill: MUTED });
    if (n > 0) stage.layer.append(shape(models[n - 1], end - 6, stage.isNarrow ? bottom - 8 : bottom - 8));
    stage.lines(end, bottom - 20 - 15 * (heads[n].length - 1), heads[n], 15, { "text-anchor": "end", "font-size": 12, fill: MUTED });
  });
  const decimals = tickDecimals(plan.ticks), top = stage.isNarrow ? bottom + 14 : bottom - 4;
  plan.ticks.forEach((tick, n) => {
    const isLast = n === plan.ticks.length - 1, words = number(tick, decimals);
    const anchor = stage.isNarrow ? (n === 0 ? "start" : isLast ? "end" : "middle") : "middle";
    const where = stage.isNarrow && n === 0 ? 0 : stage.isNarrow && isLast ? stage.width : plan.x(tick);
    stage.text(where, top, isLast ? `${words} ${view.scale.name}` : words, { "text-anchor": anchor, "font-size": 12, fill: MUTED });
  });
  return stage.isNarrow ? top + 4 : bottom;
}

function arrowRow(stage, view, models, plan) {
  const { row, name, x, y } = plan;
  const lines = wrapped(name, plan.nameWide - (stage.isNarrow ? 0 : 40), 13, false, 2);
  const moved = models.filter((model) => isClear(at(view.models[model].verdict, row)));
  const drawn = Math.max(moved.length, 1), step = 13;
  const textHigh = 17 * lines.length + 6;
  const high = stage.isNarrow ? textHigh + drawn * step + 6 : Math.max(textHigh + 5, drawn * step + 12);
  stage.line(0, y, stage.width, y, { stroke: HAIR });
  const first = stage.isNarrow ? y + 16 : y + high / 2 - 8.5 * (lines.length - 1) + 4.5;
  stage.lines(0, first, lines, 17, { "font-size": 13 });
  const people = view.people[row];
  if (people && !stage.isNarrow) stage.text(textWidth(lines.at(-1), 13) + 7, first + 17 * (lines.length - 1), number(people, 0), { "font-size": 11.5, fill: MUTED });
  stage.text(columnAt(plan, 0), first, number(at(view.base.mean, row), plan.brief), { "text-anchor": "end", "font-size": 13 });
  models.forEach((model, n) => arrowValue(stage, view, model, { ...plan, first, end: columnAt(plan, n + 1) }));
  const middle = stage.isNarrow ? y + textHigh + (drawn * step) / 2 + 1 : y + high / 2;
  stage.line(plan.left, middle, plan.right, middle, { stroke: HAIR });
  const top = middle - ((drawn - 1) * step) / 2;
  if (!moved.length && typeof at(view.base.mean, row) === "number") ring(stage, x(view.base.mean[row]), middle);
  moved.forEach((model, n) => arrow(stage, view, model, { x, row, y: top + n * step }));
  arrowPoints(stage, view, models, { ...plan, middle, high: (drawn * step) / 2 });
  return y + high;
}

function arrowValue(stage, view, model, { row, first, end, brief }) {
  const after = placeEnds(view, model, row)[1], code = at(view.models[model].verdict, row) ?? -1;
  const words = number(after, brief), isBold = VERDICTS[code] === "better" || VERDICTS[code] === "worse";
  stage.text(end, first, words, { "text-anchor": "end", "font-size": 13, "font-weight": isBold ? 600 : 400 });
  if (code >= 0) stage.layer.append(verdictMark(code, end - textWidth(words, 13, isBold) - 11, first - 4.5));
}

function ring(stage, x, y) {
  stage.add("circle", { cx: x.toFixed(1), cy: y.toFixed(1), r: 4.6, fill: PAPER, stroke: INK, "stroke-width": 2 });
}

function arrow(stage, view, model, { x, row, y }) {
  const [before, after] = placeEnds(view, model, row), colour = verdictColour(at(view.models[model].verdict, row));
  if (typeof before !== "number" || typeof after !== "number") return;
  const from = x(before), to = x(after), way = Math.sign(to - from) || 1;
  stage.line(from, y, to, y, { stroke: colour, "stroke-width": 2.4 });
  if (Math.abs(to - from) > 22) {
    const d = `M${-way * 13} -4.5L${-way * 7} 0L${-way * 13} 4.5`;
    stage.add("path", { d, transform: `translate(${to.toFixed(1)} ${y.toFixed(1)})`, fill: "none", stroke: colour, "stroke-width": 2 });
  }
  ring(stage, from, y);
  stage.layer.append(shape(model, to, y, { fill: colour }));
}

// The base's value, then each model's, where it is drawn.
function arrowPoints(stage, view, models, { row, name, x, middle, high }) {
  const base = at(view.base.mean, row);
  if (typeof base !== "number") return;
  const said = [name, `${shared.models[shared.base]}: ${level(base, view.scale)}`];
  if (view.people[row]) said.push(t("figure_script.inhabitants", { n: number(view.people[row], 0) }));
  stage.point({ x: x(base), y: middle, h: high, row, col: 0, lines: [...said, intervalWords(at(view.base.low, row), at(view.base.high, row), view.scale)] });
  models.forEach((model, n) => {
    const [before, after] = placeEnds(view, model, row), series = view.models[model], code = at(series.verdict, row) ?? -1;
    if (typeof after !== "number") return;
    stage.point({
      x: x(after), y: middle, h: high, row, col: n + 1,
      lines: [
        `${name}: ${shared.models[model]}`,
        `${number(before, view.scale.decimals)} → ${level(after, view.scale)}`,
        t("figure_script.change", { n: signed(series.mean[row], view.scale) }),
        intervalWords(at(series.low, row), at(series.high, row), view.scale),
        code >= 0 ? shared.verdicts[code] : "",
      ],
    });
  });
}
