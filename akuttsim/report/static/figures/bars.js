// Parts of a sum and their sum, a panel for each model, all on one axis.

kinds.bars = {
  draw(stage, view) {
    const models = stage.modelsOf(view.models), columns = stage.isNarrow || models.length < 2 ? 1 : 2;
    const gap = 36, wide = (stage.width - gap * (columns - 1)) / columns;
    const [low, high] = extent(models.flatMap((model) => view.models[model].mean));
    const domain = [Math.min(low, 0), Math.max(high, 0)];
    const name = Math.min(stage.isNarrow ? 128 : 190, 12 + Math.max(...view.rows.map((each) => textWidth(each, 13))));
    let bottom = 0, y = 0;
    models.forEach((model, n) => {
      const column = n % columns;
      if (column === 0) y = bottom + (n ? 18 : 0);
      bottom = Math.max(bottom, barPanel(stage, view, model, { x: column * (wide + gap), y, wide, domain, name }, n));
    });
    return bottom + 4;
  },

  table(stage, view) {
    const known = stage.data.models.filter((model) => view.models[model]);
    const write = view.is_change ? signed : level;
    return {
      heads: [t("figure_script.part"), ...known.map((model) => shared.models[model])],
      rows: view.rows.map((row, n) => [row, ...known.map((model) => write(view.models[model].mean[n], view.scale))]),
    };
  },
};

function barPanel(stage, view, model, { x, y, wide, domain, name }, panel) {
  const title = wrapped(shared.models[model], wide, 14, true, 2), value = 74;
  stage.lines(x, y + 14, title, 17, { "font-size": 14, "font-weight": 600 });
  let top = y + 17 * title.length + 6;
  const scale = linear(domain[0] === domain[1] ? [-1, 1] : domain, [x + name + 6, x + wide - value - 6]);
  view.rows.forEach((row, n) => {
    const isSum = n === view.rows.length - 1, lines = wrapped(row, name, 13, isSum, 3);
    const high = 15 * lines.length + 10;
    stage.line(x, top, x + wide, top, { stroke: isSum ? INK : HAIR, "stroke-width": isSum ? 1.8 : 1 });
    bar(stage, view, model, { n, row, scale, x, top, high, wide, lines, isSum, panel });
    top += high;
  });
  return top;
}

function bar(stage, view, model, { n, row, scale, x, top, high, wide, lines, isSum, panel }) {
  const amount = view.models[model].mean[n], middle = top + high / 2, weight = isSum ? 600 : 400;
  stage.lines(x, middle + 4.5 - 7.5 * (lines.length - 1), lines, 15, { "font-size": 13, "font-weight": weight });
  const write = view.is_change ? signed : level;
  const short = { ...view.scale, unit: "{n}", change: "{n}" };
  stage.text(x + wide, middle + 4.5, write(amount, short), { "text-anchor": "end", "font-size": 13, "font-weight": weight });
  if (typeof amount !== "number") return;
  const from = scale(0), to = scale(amount);
  stage.add("rect", { x: Math.min(from, to).toFixed(1), y: middle - 6, width: Math.max(Math.abs(to - from), 1).toFixed(1), height: 12, fill: barColour(view, amount) });
  stage.line(from, top + 3, from, top + high - 3, { stroke: PLAIN });
  stage.point({
    x: (from + to) / 2, y: middle, w: Math.max(Math.abs(to - from) / 2, 6), h: 8, row: n + panel * view.rows.length, col: 0,
    lines: [`${row}: ${shared.models[model]}`, write(amount, view.scale), intervalWords(at(view.models[model].low, n), at(view.models[model].high, n), view.scale)],
  });
}

function barColour(view, amount) {
  if (!view.is_change || typeof view.is_lower_good !== "boolean" || !amount) return PLAIN;
  return amount < 0 === view.is_lower_good ? GOOD : BAD;
}
