// A map on a canvas: pan, zoom, keys, fingers and a tip. `paint` draws: base(ctx, view) what stands
// still, top(ctx, view) what moves, and spots(view) what can be pointed at: {x, y, r, lines, pick}.

const MOST_ZOOM = 60;

class MapView {
  constructor(root, paint) {
    this.root = root;
    this.paint = paint;
    this.canvas = root.querySelector("canvas");
    this.tip = root.querySelector(".live-tip");
    this.context = this.canvas.getContext("2d");
    this.base = document.createElement("canvas");
    this.box = boundsOf(shared.region.places);
    this.zoom = 1;
    this.at = -1;
    this.pixels = window.devicePixelRatio || 1;
    const [west, south, east, north] = this.box;
    const shape = clamp((north - south) / Math.max(east - west, 1), 0.5, 1.1);
    this.canvas.style.aspectRatio = `1 / ${shape + 0.06}`;
    this.listen();
    new ResizeObserver(() => this.resize()).observe(this.canvas);
    this.resize();
  }

  // where things are

  resize() {
    const { clientWidth: width, clientHeight: height } = this.canvas;
    if (!width || !height) return;
    const isNew = !this.width;
    this.width = width;
    this.height = height;
    for (const each of [this.canvas, this.base]) {
      each.width = Math.round(width * this.pixels);
      each.height = Math.round(height * this.pixels);
    }
    if (isNew || this.zoom === 1) this.fit();
    else this.redraw();
  }

  fit() {
    this.zoom = 1;
    this.centre = [(this.box[0] + this.box[2]) / 2, (this.box[1] + this.box[3]) / 2];
    this.redraw();
  }

  get scale() {
    const room = 34;
    const wide = (this.width - 2 * room) / Math.max(this.box[2] - this.box[0], 1);
    const high = (this.height - 2 * room) / Math.max(this.box[3] - this.box[1], 1);
    return Math.max(Math.min(wide, high), 1e-6) * this.zoom;
  }

  screen(x, y) {
    const scale = this.scale;
    return [
      this.width / 2 + (x - this.centre[0]) * scale,
      this.height / 2 - (y - this.centre[1]) * scale,
    ];
  }

  place(number) {
    const place = shared.region.places[number];
    return this.screen(place[0], place[1]);
  }

  // moving about

  zoomBy(factor, px = this.width / 2, py = this.height / 2) {
    const before = this.scale;
    this.zoom = Math.min(Math.max(this.zoom * factor, 1), MOST_ZOOM);
    const after = this.scale;
    this.centre[0] += (px - this.width / 2) * (1 / before - 1 / after);
    this.centre[1] -= (py - this.height / 2) * (1 / before - 1 / after);
    this.panBy(0, 0);
  }

  panBy(dx, dy) {
    this.centre[0] = clamp(this.centre[0] - dx / this.scale, this.box[0], this.box[2]);
    this.centre[1] = clamp(this.centre[1] + dy / this.scale, this.box[1], this.box[3]);
    if (this.zoom === 1) this.fit();
    else this.redraw();
  }

  // drawing

  redraw() {
    if (!this.width) return;
    this.canvas.style.touchAction = this.zoom > 1 ? "none" : "pan-y";
    this.hide();
    const context = this.base.getContext("2d");
    this.clear(context);
    context.save();
    this.paint.base(context, this);
    context.restore();
    this.redrawTop();
  }

  redrawTop() {
    if (!this.width) return;
    this.clear(this.context);
    this.context.drawImage(this.base, 0, 0, this.width, this.height);
    this.context.save();
    this.paint.top(this.context, this);
    this.context.restore();
  }

  clear(context) {
    context.setTransform(this.pixels, 0, 0, this.pixels, 0, 0);
    context.clearRect(0, 0, this.width, this.height);
  }

  printed(isPrinted) {
    this.pixels = isPrinted ? 2.5 : window.devicePixelRatio || 1;
    this.resize();
    this.redraw();
  }

  // pointing

  spotNear(px, py) {
    let best = null, nearest = Infinity;
    for (const spot of this.paint.spots(this)) {
      const away = Math.hypot(spot.x - px, spot.y - py) - spot.r;
      if (away < 8 && away < nearest) [best, nearest] = [spot, away];
    }
    return best;
  }

  show(spot) {
    if (!spot) return this.hide();
    fill(this.tip, spot.lines.map((line, n) => make(n ? "div" : "b", "", line)));
    this.tip.hidden = false;
    const wide = this.tip.offsetWidth, high = this.tip.offsetHeight;
    const above = spot.y - spot.r - high - 8;
    this.tip.style.left = clamp(spot.x - wide / 2, 2, this.width - wide - 2) + "px";
    this.tip.style.top = (above > 0 ? above : Math.min(spot.y + spot.r + 8, this.height - high)) + "px";
  }

  hide() {
    this.tip.hidden = true;
  }

  step(by) {
    const spots = this.paint.spots(this);
    if (!spots.length) return;
    this.at = (this.at + by + spots.length) % spots.length;
    let spot = spots[this.at];
    const isOff = spot.x < 20 || spot.y < 20 || spot.x > this.width - 20 || spot.y > this.height - 20;
    if (isOff) {
      this.panBy(this.width / 2 - spot.x, this.height / 2 - spot.y);
      spot = this.paint.spots(this)[this.at];
    }
    this.show(spot);
  }

  listen() {
    const canvas = this.canvas, fingers = new Map();
    let moved = 0;
    const local = (event) => {
      const box = canvas.getBoundingClientRect();
      return [event.clientX - box.left, event.clientY - box.top];
    };
    canvas.addEventListener("pointerdown", (event) => {
      fingers.set(event.pointerId, local(event));
      moved = 0;
      if (event.pointerType === "mouse" || this.zoom > 1) canvas.setPointerCapture(event.pointerId);
    });
    canvas.addEventListener("pointermove", (event) => {
      const now = local(event), before = fingers.get(event.pointerId);
      if (!before) return this.show(this.spotNear(...now));
      moved += Math.abs(now[0] - before[0]) + Math.abs(now[1] - before[1]);
      const other = [...fingers].find(([id]) => id !== event.pointerId)?.[1];
      fingers.set(event.pointerId, now);
      if (other) this.pinch(before, now, other);
      else if (this.zoom > 1) this.panBy(now[0] - before[0], now[1] - before[1]);
    });
    const lift = (event) => fingers.delete(event.pointerId);
    canvas.addEventListener("pointerup", (event) => {
      lift(event);
      if (moved > 6) return;
      const spot = this.spotNear(...local(event));
      this.show(spot);
      if (spot?.pick) spot.pick();
    });
    for (const name of ["pointercancel", "pointerleave"]) {
      canvas.addEventListener(name, (event) => { lift(event); this.hide(); });
    }
    canvas.addEventListener("wheel", (event) => {
      if (!event.ctrlKey && !event.metaKey && document.activeElement !== canvas) return;
      event.preventDefault();
      this.zoomBy(Math.exp(-event.deltaY / 300), ...local(event));
    }, { passive: false });
    canvas.addEventListener("dblclick", (event) => this.zoomBy(2, ...local(event)));
    canvas.addEventListener("keydown", (event) => this.key(event));
    canvas.addEventListener("blur", () => this.hide());
    for (const button of this.root.querySelectorAll("[data-zoom]")) {
      const factor = Number(button.dataset.zoom);
      button.addEventListener("click", () => (factor ? this.zoomBy(factor) : this.fit()));
    }
    window.addEventListener("beforeprint", () => this.printed(true));
    window.addEventListener("afterprint", () => this.printed(false));
  }

  pinch(before, now, other) {
    const apart = (a) => Math.max(Math.hypot(a[0] - other[0], a[1] - other[1]), 1);
    this.zoomBy(apart(now) / apart(before), (now[0] + other[0]) / 2, (now[1] + other[1]) / 2);
    this.panBy((now[0] - before[0]) / 2, (now[1] - before[1]) / 2);
  }

  key(event) {
    const far = 60;
    const keys = {
      ArrowLeft: () => this.panBy(far, 0), ArrowRight: () => this.panBy(-far, 0),
      ArrowUp: () => this.panBy(0, far), ArrowDown: () => this.panBy(0, -far),
      "+": () => this.zoomBy(1.5), "-": () => this.zoomBy(1 / 1.5), 0: () => this.fit(),
      n: () => this.step(1), p: () => this.step(-1), Escape: () => this.hide(),
      Enter: () => this.paint.spots(this)[this.at]?.pick?.(),
    };
    const act = event.ctrlKey || event.metaKey || event.altKey ? null : keys[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  }
}

function boundsOf(places) {
  const xs = places.map((each) => each[0]), ys = places.map((each) => each[1]);
  const low = (list) => list.reduce((a, b) => Math.min(a, b));
  const high = (list) => list.reduce((a, b) => Math.max(a, b));
  return [low(xs), low(ys), high(xs), high(ys)];
}

function clamp(value, low, high) {
  return Math.max(low, Math.min(value, high));
}
