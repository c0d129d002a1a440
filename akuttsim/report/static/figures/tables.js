// The numbers of a figure as a table, made from the same data as the drawing.

function tableOf({ heads, rows }) {
  const table = html("table", "numbers"), head = html("thead"), body = html("tbody"), line = html("tr");
  for (const words of heads) {
    const cell = html("th", "", words);
    cell.scope = "col";
    line.append(cell);
  }
  head.append(line);
  for (const [name, ...cells] of rows) {
    const row = html("tr"), first = html("th", "", name);
    first.scope = "row";
    row.append(first, ...cells.map((words) => html("td", "", words)));
    body.append(row);
  }
  table.append(head, body);
  return table;
}

// A level with its interval, as it stands in a cell.
function levelCell(series, n, scale) {
  const mean = at(series.mean, n), low = at(series.low, n);
  if (typeof mean !== "number") return t("figure_script.unknown");
  if (typeof low !== "number") return level(mean, scale);
  return `${level(mean, scale)} (${ends(series, n, scale)})`;
}

function ends(series, n, scale) {
  return t("number.range", { low: number(series.low[n], scale.decimals), high: number(series.high[n], scale.decimals) });
}

// A difference with its interval and verdict.
function changeCell(series, n, scale) {
  const mean = at(series?.mean, n), low = at(series?.low, n), code = at(series?.verdict, n);
  if (typeof mean !== "number") return t("figure_script.unknown");
  const interval = typeof low === "number" ? ` (${ends(series, n, scale)})` : "";
  return signed(mean, scale) + interval + (code >= 0 ? `, ${shared.verdicts[code]}` : "");
}
