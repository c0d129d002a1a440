// A figure: what is chosen, the drawing in the width there is, and the tip that tells a value.

const NARROW = 600, PRINTED = 690, NEAR = 28;

class Stage {
  constructor(root) {
    this.root = root;
    this.data = JSON.parse(root.querySelector("script").textContent);
    this.kind = kinds[this.data.kind];
    this.viewNumber = 0;
    this.shown = [...this.data.shown];
    this.title = root.querySelector(".pf-title");
    this.build();
    this.draw();
    this.listen();
  }

  get view() {
    return this.data.views[this.viewNumber];
  }

  build() {
    const controls = html("div", "pf-controls");
    if (this.data.views.length > 1) controls.append(this.viewChoice());
    if (this.data.choose !== "all") controls.append(this.modelChoice());
    this.stage = html("div", "pf-stage");
    this.stage.tabIndex = 0;
    this.stage.setAttribute("role", "application");
    this.stage.setAttribute("aria-roledescription", t("figure_script.role"));
    this.help = html("p", "pf-help", t("figure_script.help"));
    this.help.id = this.root.id + "-help";
    this.stage.setAttribute("aria-describedby", this.help.id);
    this.tip = html("div", "pf-tip");
    this.tip.setAttribute("role", "status");
    this.tip.hidden = true;
    this.paper = svg("svg", { "aria-hidden": "true", focusable: "false" });
    this.stage.append(this.paper, this.tip);
    this.details = html("details", "pf-table");
    this.details.append(html("summary", "", t("figure_script.table")), html("div", "scroll"));
    const note = this.root.querySelector(".pf-note") ?? this.root.querySelector("script");
    for (const part of controls.childElementCount ? [controls, this.stage] : [this.stage]) this.root.insertBefore(part, note);
    this.root.insertBefore(this.help, note.nextSibling);
    this.root.append(this.details);
  }

  // choosing

  choice(legend, name, type, options) {
    const set = html("fieldset", "pf-seg");
    set.append(html("legend", "", legend));
    options.forEach(([value, text, isOn, chosen]) => {
      const label = html("label"), input = html("input");
      Object.assign(input, { type, name: `${this.root.id}-${name}`, value, checked: isOn });
      input.addEventListener("change", () => chosen(input));
      label.append(input, html("span", "", text));
      set.append(label);
    });
    return set;
  }

  viewChoice() {
    const options = this.data.views.map((view, n) => [n, view.short ?? view.name, n === 0, () => {
      this.viewNumber = n;
      this.title.textContent = this.view.title;
      this.draw();
    }]);
    return this.choice(t("figure_script.view"), "view", "radio", options);
  }

  modelChoice() {
    const isOne = this.data.choose === "one";
    const options = this.data.models.map((model) => [model, shared.models[model], this.shown.includes(model), (input) => {
      if (isOne) this.shown = [model];
      else this.toggle(model, input);
      this.draw();
    }]);
    const legend = t(isOne ? "figure_script.model" : "figure_script.models");
    return this.choice(legend, "model", isOne ? "radio" : "checkbox", options);
  }

  // At least one model is always shown.
  toggle(model, input) {
    const others = this.shown.filter((each) => each !== model);
    if (!input.checked && !others.length) input.checked = true;
    this.shown = input.checked ? this.data.models.filter((each) => each === model || others.includes(each)) : others;
  }

  // The models that are shown and that the view has numbers for.
  modelsOf(numbers) {
    return this.shown.filter((model) => numbers[model]);
  }

  // drawing

  draw() {
    const width = this.isPrinting ? PRINTED : Math.round(this.stage.clientWidth);
    if (!width) return;
    this.width = width;
    this.isNarrow = width < NARROW;
    this.points = [];
    this.current = -1;
    this.hide();
    this.layer = svg("g");
    this.pointer = svg("g", { "pointer-events": "none" });
    const height = Math.ceil(this.kind.draw(this, this.view));
    this.paper.replaceChildren(this.layer, this.pointer);
    this.paper.setAttribute("viewBox", `0 0 ${width} ${height}`);
    this.paper.setAttribute("width", width);
    this.paper.setAttribute("height", height);
    this.stage.setAttribute("aria-label", this.title.textContent);
    if (this.details.open) this.tabulate();
  }

  add(tag, attributes, text) {
    const element = svg(tag, attributes, text);
    this.layer.append(element);
    return element;
  }

  text(x, y, words, attributes = {}) {
    return this.add("text", { x: x.toFixed(1), y: y.toFixed(1), "font-size": 12.5, fill: INK, ...attributes }, words);
  }

  lines(x, y, lines, step, attributes = {}) {
    lines.forEach((line, n) => this.text(x, y + n * step, line, attributes));
  }

  line(x1, y1, x2, y2, attributes = {}) {
    const ends = { x1, y1, x2, y2 };
    for (const name in ends) ends[name] = ends[name].toFixed(1);
    return this.add("line", { stroke: LINE, ...ends, ...attributes });
  }

  // A key of marks and words in lines that have room; returns where it ends.
  legend(y, entries) {
    let x = 0;
    for (const [draw, words] of entries) {
      const wide = 26 + textWidth(words, 12.5);
      if (x && x + wide > this.width) [x, y] = [0, y + 20];
      this.layer.append(draw(x + 8, y + 8));
      this.text(x + 21, y + 12.5, words, { fill: MUTED });
      x += wide + 14;
    }
    return y + 24;
  }

  modelLegend(y, models, isLine) {
    const sample = (model) => (x, where) => {
      if (!isLine) return shape(model, x, where);
      return svg("line", { x1: x - 8, x2: x + 9, y1: where, y2: where, stroke: lineColour(model), "stroke-width": order(model) < 0 ? 3 : 2.2, "stroke-dasharray": lineDash(model) });
    };
    return this.legend(y, models.map((model) => [sample(model), shared.models[model]]));
  }

  // What can be pointed at: a box, its place by row and column, and the lines of its tip.
  point(point) {
    this.points.push({ w: 7, h: 7, ...point });
  }

  // pointing

  nearest(x, y) {
    let best = -1, least = Infinity;
    this.points.forEach((point, n) => {
      const away = Math.hypot(Math.max(Math.abs(point.x - x) - point.w, 0), Math.max(Math.abs(point.y - y) - point.h, 0));
      const inside = away === 0 ? Math.hypot(point.x - x, point.y - y) / 1e4 : away;
      if (inside < least) [best, least] = [n, inside];
    });
    return least <= NEAR ? best : -1;
  }

  show(n) {
    const point = this.points[n];
    if (!point) return this.hide();
    this.current = n;
    this.tip.replaceChildren(...point.lines.filter(Boolean).map((line, k) => html(k ? "div" : "b", "", line)));
    this.tip.hidden = false;
    const wide = this.tip.offsetWidth, high = this.tip.offsetHeight, above = point.y - point.h - high - 6;
    const left = Math.min(Math.max(point.x - wide / 2, 0), Math.max(this.width - wide, 0));
    this.tip.style.left = left + "px";
    this.tip.style.top = (above > -40 ? above : point.y + point.h + 6) + "px";
    const { x, y, w, h } = point;
    this.pointer.replaceChildren(svg("rect", { x: x - w - 2, y: y - h - 2, width: 2 * w + 4, height: 2 * h + 4, rx: 3, fill: "none", stroke: INK, "stroke-width": 1.6 }));
  }

  hide() {
    this.tip.hidden = true;
    this.pointer?.replaceChildren();
  }

  step(key) {
    const sorted = this.points.map((point, n) => n).sort((a, b) => this.points[a].row - this.points[b].row || this.points[a].col - this.points[b].col);
    if (!sorted.length) return;
    const place = sorted.indexOf(this.current);
    const sideways = { ArrowRight: 1, ArrowLeft: -1 }[key];
    if (place < 0 || key === "Home") return this.show(sorted[0]);
    if (key === "End") return this.show(sorted[sorted.length - 1]);
    if (sideways) return this.show(sorted[(place + sideways + sorted.length) % sorted.length]);
    this.show(this.aboveOrBelow(key === "ArrowDown" ? 1 : -1));
  }

  // The point of the next row that has any, nearest to the column of this one.
  aboveOrBelow(by) {
    const from = this.points[this.current];
    const rows = [...new Set(this.points.map((point) => point.row))].sort((a, b) => a - b);
    const row = rows[(rows.indexOf(from.row) + by + rows.length) % rows.length];
    let best = this.current, least = Infinity;
    this.points.forEach((point, n) => {
      const away = Math.abs(point.col - from.col);
      if (point.row === row && away < least) [best, least] = [n, away];
    });
    return best;
  }

  listen() {
    const { stage } = this;
    const pointed = (event) => {
      if (this.tip.contains(event.target)) return;
      const box = stage.getBoundingClientRect();
      this.show(this.nearest(event.clientX - box.left, event.clientY - box.top));
    };
    stage.addEventListener("pointermove", pointed);
    stage.addEventListener("pointerdown", pointed);
    stage.addEventListener("pointerleave", () => { if (document.activeElement !== stage) this.hide(); });
    stage.addEventListener("blur", () => this.hide());
    stage.addEventListener("keydown", (event) => {
      if (!["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Home", "End"].includes(event.key)) return;
      event.preventDefault();
      this.step(event.key);
    });
    document.addEventListener("keydown", (event) => { if (event.key === "Escape") this.hide(); });
    this.details.addEventListener("toggle", () => { if (this.details.open) this.tabulate(); });
    new ResizeObserver(() => { if (!this.isPrinting && Math.round(stage.clientWidth) !== this.width) this.draw(); }).observe(stage);
    const print = (isPrinting) => {
      if (this.isPrinting === isPrinting) return;
      this.isPrinting = isPrinting;
      this.draw();
    };
    window.addEventListener("beforeprint", () => print(true));
    window.addEventListener("afterprint", () => print(false));
    window.matchMedia("print").addEventListener("change", (event) => print(event.matches));
  }

  tabulate() {
    this.details.lastChild.replaceChildren(tableOf(this.kind.table(this, this.view)));
    const scroll = this.details.lastChild;
    scroll.tabIndex = 0;
    scroll.setAttribute("role", "region");
    scroll.setAttribute("aria-label", this.title.textContent);
  }
}
