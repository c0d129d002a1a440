// A week hour by hour: numbers in squares, those that surely miss the target dark with white figures.

const BELOW = "#e8a680", CLOSE = "#fbe3d3", NEARLY = 5;

kinds.heat = {
  draw(stage, view) {
    const model = stage.modelsOf(view.models)[0], series = view.models[model];
    const looks = heatLooks(view);
    let y = stage.legend(0, looks.legend.map(([look, words]) => [(x, where) => heatSwatch(look, x, where), words]));
    const isDown = stage.isNarrow, side = isDown ? 34 : 44;
    const across = isDown ? 7 : 24, wide = (stage.width - side) / across, high = isDown ? 21 : 26;
    const head = (n) => (isDown ? shared.days[n] : String(n).padStart(2, "0"));
    for (let n = 0; n < across; n++) stage.text(side + (n + 0.5) * wide, y + 12, head(n), { "text-anchor": "middle", "font-size": 12, fill: MUTED });
    y += 18;
    const down = isDown ? 24 : 7;
    for (let n = 0; n < down; n++) stage.text(0, y + (n + 0.5) * high + 4, isDown ? String(n).padStart(2, "0") : shared.days[n], { "font-size": 12, fill: MUTED });
    for (let day = 0; day < 7; day++) {
      for (let hour = 0; hour < 24; hour++) {
        const [column, line] = isDown ? [day, hour] : [hour, day];
        heatCell(stage, view, series, model, { day, hour, x: side + column * wide, y: y + line * high, wide, high, row: line, col: column, looks });
      }
    }
    return y + down * high + 4;
  },

  table(stage, view) {
    const series = view.models[stage.modelsOf(view.models)[0]];
    const heads = [t("figure_script.hour"), ...shared.days_long];
    const rows = Array.from({ length: 24 }, (_, hour) => [
      t("figure_script.clock", { hour: String(hour).padStart(2, "0") }),
      ...shared.days_long.map((_, day) => levelCell(series, day * 24 + hour, view.scale)),
    ]);
    return { heads, rows };
  },
};

function heatLooks(view) {
  if (typeof view.target === "number") {
    const near = filled(view.scale.change, { n: NEARLY });
    return {
      of: (value, code) => {
        if (VERDICTS[code] === "unmet") return { fill: BAD, ink: PAPER, bold: true };
        if (value < view.target) return { fill: BELOW, ink: INK, bold: false, dashed: true };
        return { fill: value < view.target + NEARLY ? CLOSE : WASH, ink: INK };
      },
      legend: [
        [{ fill: BAD }, t("figure_script.missed")], [{ fill: BELOW, dashed: true }, t("figure_script.below")],
        [{ fill: CLOSE }, t("figure_script.near", { n: near })], [{ fill: WASH }, t("figure_script.above")],
      ],
    };
  }
  const [low, high] = view.ends, step = high > low ? high - low : 1;
  const of = (value) => {
    const part = Math.min(Math.max((value - low) / step, 0), 1);
    return { fill: blend(part), ink: part < 0.5 ? PAPER : INK };
  };
  const samples = [0, 0.5, 1].map((part) => [{ fill: blend(part) }, level(low + part * step, view.scale)]);
  return { of, legend: samples };
}

// From dark, where there is least, to pale.
function blend(part) {
  const dark = [13, 59, 102], pale = [238, 243, 247];
  return `rgb(${dark.map((from, n) => Math.round(from + (pale[n] - from) * part)).join(" ")})`;
}

function heatSwatch(look, x, y) {
  const dash = look.dashed ? { "stroke-dasharray": "3 2" } : {};
  return svg("rect", { x: x - 8, y: y - 7, width: 16, height: 14, fill: look.fill, stroke: PLAIN, "stroke-width": 0.8, ...dash });
}

function heatCell(stage, view, series, model, cell) {
  const n = cell.day * 24 + cell.hour, value = series.mean[n], code = at(series.verdict, n) ?? -1;
  if (typeof value !== "number") return;
  const look = cell.looks.of(value, code), { x, y, wide, high } = cell;
  stage.add("rect", { x: (x + 0.5).toFixed(1), y: y + 0.5, width: (wide - 1).toFixed(1), height: high - 1, fill: look.fill, ...(look.dashed ? { stroke: BAD, "stroke-dasharray": "3 2" } : {}) });
  const size = wide < 26 ? 11.5 : 12;
  const words = number(value, view.scale.decimals);
  if (textWidth(words, size) <= wide - 1) stage.text(x + wide / 2, y + high / 2 + 4.2, words, { "text-anchor": "middle", "font-size": size, fill: look.ink, "font-weight": look.bold ? 700 : 400 });
  const hour = String(cell.hour).padStart(2, "0"), second = at(view.seconds?.[model], n);
  stage.point({
    x: x + wide / 2, y: y + high / 2, w: wide / 2 - 2, h: high / 2 - 2, row: cell.row, col: cell.col,
    lines: [
      `${shared.days_long[cell.day]} ${t("figure_script.clock", { hour })}`,
      `${view.name}: ${level(value, view.scale)}`,
      intervalWords(at(series.low, n), at(series.high, n), view.scale),
      VERDICTS[code] === "unmet" ? t("figure_script.missed") : "",
      typeof second === "number" ? `${view.second}: ${number(second, 1)}` : "",
    ],
  });
}
