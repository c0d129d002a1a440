// Up to four models side by side, each against today.

import { ask } from "./api.js";
import { axis, parted } from "./answer.js";
import { find, make, mark, refill } from "./dom.js";
import { t } from "./words.js";

const MOST = 4;
const MARKS = { better: "better", worse: "worse", same: "same", unknown: "unsure" };
const boxes = [...document.querySelectorAll("[name=draft]")];

async function show() {
  const chosen = boxes.filter((each) => each.checked).map((each) => each.value);
  for (const each of boxes) each.disabled = !each.checked && chosen.length >= MOST;
  find("compare-scroll").hidden = true;
  if (!chosen.length) return (find("compare-said").textContent = t("compare.none"));
  find("compare-said").textContent = "";
  history.replaceState(null, "", "/compare?of=" + chosen.join(","));
  try {
    table(await ask("GET", "/api/compare?of=" + chosen.join(",")));
  } catch (error) {
    find("compare-said").textContent = error.message;
  }
}

function table(found) {
  refill(find("compare-head"), make("tr", {}, make("td", {}), make("th", { scope: "col" }, t("compare.today")),
    found.models.map((each) => make("th", { scope: "col" }, each.title))));
  refill(find("compare-rows"), found.rows.map((row) => make("tr", {}, make("th", { scope: "row" }, row.title, " ", make("small", {}, parted(row.before)[1] ?? "")),
    make("td", {}, parted(row.before)[0]), row.of.map((cell) => cellOf(cell)))));
  find("compare-scroll").hidden = false;
}

function cellOf(cell) {
  if (!cell?.after) return make("td", { class: "none" }, t("compare.not_run"));
  const name = cell.only_because_fewer ? "fewer" : MARKS[cell.verdict];
  return make("td", {}, make("b", {}, parted(cell.after)[0]), axis(cell, cell.is_estimate, name),
    make("span", { class: "said verdict " + name }, mark(name), make("span", {}, t("verdict." + name))));
}

for (const each of boxes) each.addEventListener("change", show);
await show();
document.documentElement.dataset.ready = "yes";
