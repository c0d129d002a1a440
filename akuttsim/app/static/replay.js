// Two replays of one day, by the report's own modules, with one clock.

import { ask } from "./api.js";
import { find, make } from "./dom.js";
import { page } from "./words.js";

const SCRIPTS = ["base", "canvas", "shapes", "region", "moment", "way", "now", "marks", "replay"];

// The report's modules read their data from elements of the page.
function put(id, data) {
  document.body.append(make("script", { type: "application/json", id }, JSON.stringify(data)));
}

function load(name) {
  return new Promise((done, failed) => {
    const script = make("script", { src: `/static/map/${name}.js`, onload: done, onerror: failed });
    script.async = false;
    document.body.append(script);
  });
}

async function begin() {
  let found;
  try {
    found = await ask("GET", `/api/drafts/${page.draft}/replay`);
  } catch (error) {
    find("replay-said").textContent = error.message;
    return;
  }
  put("live-data", found.shared);
  found.replays.forEach((each, n) => put("live-replay-" + n, each.data));
  found.replays.forEach((each, n) => {
    find("replay-title-" + n).textContent = each.title;
    for (const part of find("replay-" + n).querySelectorAll("[aria-label]")) part.setAttribute("aria-label", `${part.getAttribute("aria-label")}: ${each.title}`);
  });
  find("replay-said").textContent = found.date ?? "";
  find("pair").hidden = false;
  await Promise.all(SCRIPTS.map(load));
  await load("../clocks");
}

await begin();
document.documentElement.dataset.ready = "yes";
