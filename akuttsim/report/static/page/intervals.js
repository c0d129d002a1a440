// Intervals on demand: all at once by the button or the key U, or one by pointing at its verdict.

const tip = document.getElementById("tip"), everyInterval = document.getElementById("show-intervals");
let leaving = 0;

function toggleIntervals() {
  const isOn = document.body.classList.toggle("with-intervals");
  everyInterval.setAttribute("aria-pressed", String(isOn));
}

function tipLine(tag, text) {
  const line = document.createElement(tag);
  line.textContent = text;
  return line;
}

function svgPart(name, values) {
  const part = document.createElementNS(document.querySelector("svg").namespaceURI, name);
  for (const [key, value] of Object.entries(values)) part.setAttribute(key, value);
  return part;
}

// The interval on an axis with nought and the margin, all within 240 px.
function intervalAxis(mean, low, high, margin) {
  const shown = [0, low, high, mean, ...(margin ? [-margin, margin] : [])];
  const least = Math.min(...shown), room = (Math.max(...shown) - least) * 1.16 || 1;
  const x = (value) => (8 + ((value - least) / room + 0.07) * 224).toFixed(1);
  const svg = svgPart("svg", { width: 240, height: 26, viewBox: "0 0 240 26", "aria-hidden": "true" });
  if (margin) svg.append(svgPart("rect", { x: x(-margin), y: 2, width: x(margin) - x(-margin), height: 18, fill: "#445566" }));
  svg.append(
    svgPart("path", { d: `M${x(0)} 0v24`, stroke: "#c9d6e1", "stroke-dasharray": "3 2" }),
    svgPart("path", { d: `M${x(low)} 11H${x(high)}M${x(low)} 6v10M${x(high)} 6v10`, stroke: "#fff", "stroke-width": 2 }),
    svgPart("circle", { cx: x(mean), cy: 11, r: 4, fill: "#fff" }),
  );
  return svg;
}

function showTip(button) {
  const [mean, low, high, margin] = button.dataset.axis.split(" ").map(Number);
  tip.replaceChildren(tipLine("b", button.dataset.name), ...button.dataset.lines.split("\n").map((line) => tipLine("div", line)));
  if (Number.isFinite(low)) tip.append(intervalAxis(mean, low, high, margin));
  tip.hidden = false;
  const at = button.getBoundingClientRect(), widest = document.documentElement.clientWidth - tip.offsetWidth - 6;
  const isBelow = at.bottom + tip.offsetHeight + 8 < window.innerHeight;
  tip.style.left = Math.max(6, Math.min(at.left + window.scrollX, window.scrollX + widest)) + "px";
  tip.style.top = (isBelow ? at.bottom + 4 : at.top - tip.offsetHeight - 4) + window.scrollY + "px";
  button.setAttribute("aria-describedby", "tip");
}

const stay = () => clearTimeout(leaving);

function hideTipSoon() {
  stay();
  leaving = setTimeout(() => { tip.hidden = true; }, 300);
}

if (everyInterval) {
  everyInterval.addEventListener("click", toggleIntervals);
  for (const button of document.querySelectorAll("[data-axis]")) {
    for (const event of ["mouseenter", "focus", "click"]) button.addEventListener(event, () => { stay(); showTip(button); });
    button.addEventListener("mouseleave", hideTipSoon);
    button.addEventListener("blur", () => { tip.hidden = true; });
  }
  // who points at the tip keeps it (WCAG 1.4.13)
  tip.addEventListener("mouseenter", stay);
  tip.addEventListener("mouseleave", hideTipSoon);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") tip.hidden = true;
    const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey;
    // a single key works only while focus is in the table (WCAG 2.1.4)
    if (isPlain && event.key.toLowerCase() === "u" && event.target.closest(".matrix, .across")) toggleIntervals();
  });
}
