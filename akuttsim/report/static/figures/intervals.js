// Differences in units of their margins: better to the right, worse to the left, the margin in grey.

const FURTHEST = 6;

kinds.intervals = {
  draw(stage, view) {
    const model = stage.modelsOf(view.models)[0], rows = view.models[model] ?? [];
    const ends = rows.flatMap((row) => [row.mean, row.low, row.high].filter((x) => typeof x === "number").map(Math.abs));
    const limit = Math.min(Math.max(2, Math.ceil(Math.max(...ends, 0) * 1.1)), FURTHEST);
    const levels = Math.max(...rows.map((row) => textWidth(row.levels ?? "", 12.5)), 0);
    const right = stage.isNarrow ? 0 : Math.max(250, 142 + levels), left = stage.isNarrow ? 0 : Math.min(280, stage.width * 0.3);
    const x = linear([-limit, limit], [left + 14, stage.width - right - 14]);
    const words = { "font-size": 12, fill: MUTED };
    stage.text(x(-limit), 12, t("figure_script.worse"), words);
    stage.text(x(limit), 12, t("figure_script.better"), { ...words, "text-anchor": "end" });
    let y = 20;
    rows.forEach((row, n) => { y = intervalRow(stage, row, { n, x, y, limit, left }); });
    return y + 4;
  },

  table(stage, view) {
    const rows = view.models[stage.modelsOf(view.models)[0]] ?? [];
    const heads = ["measure", "before_after", "verdict"].map((key) => t("figure_script." + key));
    return {
      heads,
      rows: rows.map((row) => [row.name, row.levels ?? "", [row.change, row.interval ? `(${row.interval})` : "", row.verdict >= 0 ? shared.verdicts[row.verdict] : ""].filter(Boolean).join(" ")]),
    };
  },
};

function intervalRow(stage, row, { n, x, y, limit, left }) {
  const lines = wrapped(row.name, stage.isNarrow ? stage.width - 126 : left - 10, 13);
  const verdict = row.verdict >= 0 ? shared.verdicts[row.verdict] : "";
  const parts = wrapped(verdict, stage.isNarrow ? 100 : 118, 12, false, 2);
  const textHigh = 16 * Math.max(lines.length, stage.isNarrow ? parts.length : 1), high = stage.isNarrow ? textHigh + 40 : Math.max(textHigh + 12, 34);
  const middle = stage.isNarrow ? y + textHigh + 24 : y + high / 2, first = stage.isNarrow ? y + 16 : middle + 4.5 - 8 * (lines.length - 1);
  stage.line(0, y, stage.width, y, { stroke: LINE });
  stage.lines(0, first, lines, 16, { "font-size": 13 });
  const end = stage.width, plot = stage.isNarrow ? [y + textHigh + 8, y + high] : [y + 0.5, y + high];
  stage.add("rect", { x: x(-1).toFixed(1), y: plot[0], width: (x(1) - x(-1)).toFixed(1), height: plot[1] - plot[0], fill: HAIR });
  stage.line(x(0), plot[0], x(0), plot[1], { stroke: PLAIN });
  if (stage.isNarrow) {
    if (row.verdict >= 0) stage.layer.append(verdictMark(row.verdict, end - 108, first - 4));
    stage.lines(end - 98, first, parts, 15, { "font-size": 12 });
  } else {
    stage.text(end - 142, middle + 4.5, row.levels ?? "", { "font-size": 12.5, "text-anchor": "end" });
    if (row.verdict >= 0) stage.layer.append(verdictMark(row.verdict, end - 128, middle));
    stage.lines(end - 118, middle + 4.5 - 7.5 * (parts.length - 1), parts, 15, { "font-size": 12 });
  }
  intervalMark(stage, row, { x, middle, limit });
  stage.point({
    x: x(Math.min(Math.max(row.mean, -limit), limit)), y: middle, w: 9, h: 9, row: n, col: 0,
    lines: [row.name, row.levels, t("figure_script.change", { n: row.change }) + (row.interval ? ` (${row.interval})` : ""), t("figure_script.margin", { n: row.margin }), verdict],
  });
  return y + high;
}

function intervalMark(stage, row, { x, middle, limit }) {
  const held = (value) => Math.min(Math.max(value, -limit), limit), colour = verdictColour(row.verdict);
  if (typeof row.low === "number") {
    stage.line(x(held(row.low)), middle, x(held(row.high)), middle, { stroke: colour, "stroke-width": 2.2 });
    for (const end of [row.low, row.high]) if (Math.abs(end) <= limit || Math.abs(row.mean) <= limit) intervalEnd(stage, end, { x, middle, limit, colour });
  }
  if (Math.abs(row.mean) > limit) {
    const side = Math.sign(row.mean), place = (x(side * limit) + side * 12).toFixed(1);
    stage.add("path", { d: `M${-side * 4}-5L${side * 1} 0L${-side * 4} 5`, transform: `translate(${place} ${middle})`, fill: "none", stroke: colour, "stroke-width": 2 });
  }
  const where = `translate(${x(held(row.mean)).toFixed(1)} ${middle.toFixed(1)})`, kind = VERDICTS[row.verdict];
  if (kind === "worse") stage.add("path", { d: "M-5.5-5.5h11v11h-11z", transform: where, fill: BAD });
  else stage.add("circle", { r: 5.5, transform: where, fill: kind === "better" ? GOOD : PAPER, stroke: colour, "stroke-width": 2 });
}

// A bar at an end, or an arrowhead where the interval goes on outside the drawing.
function intervalEnd(stage, end, { x, middle, limit, colour }) {
  const side = Math.sign(end) || 1, place = x(Math.min(Math.max(end, -limit), limit));
  const d = Math.abs(end) > limit ? `M${-side * 5}-5L0 0L${-side * 5} 5` : "M0-5V5";
  stage.add("path", { d, transform: `translate(${place.toFixed(1)} ${middle.toFixed(1)})`, fill: "none", stroke: colour, "stroke-width": 2 });
}
