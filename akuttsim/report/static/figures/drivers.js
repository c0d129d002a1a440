// What an answer becomes when one assumption is another: bars from what it is as things are.

const LOOKS = ["#155a9c", "url(#pf-hatch)", "url(#pf-dots)"];

kinds.drivers = {
  draw(stage, view) {
    const model = stage.modelsOf(view.models)[0], rows = view.models[model] ?? [], start = view.start[model] ?? 0;
    stage.layer.append(hatches());
    const used = [...new Set(rows.flatMap((row) => row.bars.map((bar) => bar.look)))].sort();
    let y = stage.legend(0, used.map((look) => [(x, where) => svg("rect", { x: x - 8, y: where - 6, width: 16, height: 12, fill: LOOKS[look], stroke: INK, "stroke-width": 0.8 }), view.looks[look]]));
    const values = rows.flatMap((row) => row.bars.flatMap((bar) => [bar.change, bar.low, bar.high])).filter((v) => typeof v === "number").map((v) => v + start);
    const [low, high] = extent([start, ...values]), ticks = niceTicks(low, high, stage.isNarrow ? 4 : 6);
    const left = stage.isNarrow ? 0 : Math.min(380, stage.width * 0.4);
    const x = linear([ticks[0], ticks.at(-1)], [left + 18, stage.width - 18]);
    const isZeroSeen = view.is_change && start && ticks[0] < 0 && ticks.at(-1) > 0;
    rows.forEach((row, n) => { y = driverRow(stage, view, row, { n, x, y, left, start, isZeroSeen }); });
    const decimals = tickDecimals(ticks), isShare = view.scale.name === "%";
    for (const tick of ticks) stage.text(x(tick), y + 16, number(tick, decimals), { "text-anchor": "middle", "font-size": 12, fill: MUTED });
    const name = view.is_change ? filled(view.scale.change, { n: "" }).trim() : view.scale.name;
    if (name) stage.text(stage.width, y + 32, name, { "text-anchor": "end", "font-size": 12, fill: MUTED });
    return y + (name || isShare ? 38 : 22);
  },

  table(stage, view) {
    const rows = view.models[stage.modelsOf(view.models)[0]] ?? [];
    return {
      heads: [t("figure_script.factor"), t("figure_script.part"), view.name],
      rows: rows.flatMap((row) => row.bars.map((bar) => [row.name, bar.label || view.looks[bar.look], driverWords(view, bar)])),
    };
  },
};

function hatches() {
  const defs = svg("defs"), hatch = svg("pattern", { id: "pf-hatch", width: 6, height: 6, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" });
  hatch.append(svg("rect", { width: 6, height: 6, fill: "#f3c9a5" }), svg("path", { d: "M0 0V6", stroke: INK, "stroke-width": 1.4 }));
  const dots = svg("pattern", { id: "pf-dots", width: 5, height: 5, patternUnits: "userSpaceOnUse" });
  dots.append(svg("rect", { width: 5, height: 5, fill: "#d5dbe0" }), svg("circle", { cx: 2, cy: 2, r: 0.9, fill: INK }));
  defs.append(hatch, dots);
  return defs;
}

function driverWords(view, bar) {
  const write = view.scale.name ? signed : level;
  const low = typeof bar.low === "number" ? ` (${ends({ low: [bar.low], high: [bar.high] }, 0, view.scale)})` : "";
  return write(bar.change, view.scale) + low;
}

function driverRow(stage, view, row, { n, x, y, left, start, isZeroSeen }) {
  const room = stage.isNarrow ? stage.width : left - 8;
  const lines = wrapped(row.name, room, 13, false, 2), note = row.note ? wrapped(row.note, room, 12, false, 1) : [];
  const textHigh = 16 * lines.length + 15 * note.length, thick = row.bars.length > 1 ? 11 : 14, barsHigh = row.bars.length * thick;
  const high = stage.isNarrow ? textHigh + barsHigh + 14 : Math.max(textHigh, barsHigh) + 12;
  stage.line(0, y, stage.width, y, { stroke: HAIR });
  const first = stage.isNarrow ? y + 15 : y + (high - textHigh) / 2 + 12;
  stage.lines(0, first, lines, 16, { "font-size": 13 });
  stage.lines(0, first + 16 * lines.length - 1, note, 15, { "font-size": 12, fill: MUTED });
  const top = stage.isNarrow ? y + textHigh + 7 : y + (high - barsHigh) / 2;
  const from = stage.isNarrow ? top - 3 : y + 0.5;
  if (isZeroSeen) stage.line(x(0), from, x(0), y + high, { stroke: INK, "stroke-dasharray": "4 3" });
  stage.line(x(start), from, x(start), y + high, { stroke: INK, "stroke-width": 1.4 });
  row.bars.forEach((bar, k) => {
    if (typeof bar.change !== "number") return;
    const from = x(start), to = x(start + bar.change), where = top + k * thick;
    stage.add("rect", { x: Math.min(from, to).toFixed(1), y: where, width: Math.max(Math.abs(to - from), 1).toFixed(1), height: thick - 1, fill: LOOKS[bar.look], stroke: INK, "stroke-width": 0.7 });
    const middle = where + (thick - 1) / 2;
    if (typeof bar.low === "number") stage.line(x(start + bar.low), middle, x(start + bar.high), middle, { stroke: INK, "stroke-width": 1.4 });
    stage.point({
      x: (from + to) / 2, y: middle, w: Math.max(Math.abs(to - from) / 2, 6), h: thick / 2, row: n, col: k,
      lines: [row.name, bar.label || view.looks[bar.look], driverWords(view, bar)],
    });
  });
  return y + high;
}
