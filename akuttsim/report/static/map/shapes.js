// The drawing itself: ways, places, services, names, and the marks of people and vehicles.

const FONT = '12px system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", Arial, sans-serif';
const URGENCY = ["#b3261e", "#e69f00", "#00785a"];
const CARE = "#8c1d40", SEA = "#0072b2";

function lines(context, view, ways) {
  context.beginPath();
  for (const [from, to] of ways) {
    context.moveTo(...view.place(from));
    context.lineTo(...view.place(to));
  }
  context.stroke();
}

function outline(context, view, ring) {
  context.moveTo(...view.screen(ring[0], ring[1]));
  for (let n = 2; n < ring.length; n += 2) context.lineTo(...view.screen(ring[n], ring[n + 1]));
  context.closePath();
}

// Municipalities, if the user gave borders; `colour(municipality)` may be null.
function drawBorders(context, view, colour) {
  for (const [, municipality, rings] of shared.region.borders) {
    context.beginPath();
    for (const ring of rings) outline(context, view, ring);
    const own = municipality >= 0 && colour(municipality);
    context.fillStyle = own || (municipality >= 0 ? "#fbfbf9" : "#e6e8e6");
    context.globalAlpha = own ? 0.45 : 1;
    context.fill("evenodd");
    context.globalAlpha = 1;
    context.strokeStyle = "#9aa3a9";
    context.lineWidth = 1;
    context.stroke();
  }
}

function drawWays(context, view) {
  context.lineCap = "round";
  context.strokeStyle = "#a3acb3";
  context.lineWidth = view.zoom > 3 ? 5 : 3.4;
  lines(context, view, shared.region.roads);
  context.strokeStyle = "#fff";
  context.lineWidth = view.zoom > 3 ? 3.4 : 1.9;
  lines(context, view, shared.region.roads);
  context.strokeStyle = SEA;
  context.lineWidth = 1.6;
  context.setLineDash([2, 4]);
  lines(context, view, shared.region.ferries);
  context.setLineDash([]);
}

function radius(view, people) {
  const narrow = clamp(view.width / 640, 0.62, 1);
  return clamp(narrow * (3.4 + 0.155 * Math.sqrt(people)) * view.zoom ** 0.25, 2.8, 28);
}

// Places as circles, small ones on top; `shade(place)` tells fill and ring.
function drawPlaces(context, view, shade) {
  const order = shared.region.order;
  for (const number of order) {
    const people = shared.region.places[number][2], [x, y] = view.place(number);
    const { fill: colour, ring, width } = shade(number);
    context.beginPath();
    context.arc(x, y, radius(view, people), 0, 2 * Math.PI);
    context.fillStyle = colour;
    context.fill();
    context.strokeStyle = ring;
    context.lineWidth = width;
    context.stroke();
  }
}

const SERVICE = {
  hospital(context, x, y) {
    square(context, x, y, 7, CARE, CARE);
    letter(context, x, y, "H", "#fff");
  },
  legevakt(context, x, y, isOn) {
    cross(context, x, y, 6.5, isOn ? CARE : "#fff", CARE);
  },
  satellite(context, x, y, isOn) {
    diamond(context, x, y, 7, isOn ? "#e69f00" : "#fff", INK);
  },
  gp_office(context, x, y, isOn) {
    cross(context, x, y, 4.5, isOn ? "#b98aa0" : "#fff", CARE);
  },
  station(context, x, y, isOn) {
    square(context, x, y, 5, isOn ? INK : "#fff", INK);
  },
};

function finished(context, fill, ring, width = 1.2) {
  context.fillStyle = fill;
  context.fill();
  context.strokeStyle = ring;
  context.lineWidth = width;
  context.stroke();
}

function square(context, x, y, r, fill, ring) {
  context.beginPath();
  context.rect(x - r, y - r, 2 * r, 2 * r);
  finished(context, fill, ring);
}

function diamond(context, x, y, r, fill, ring) {
  context.beginPath();
  context.moveTo(x, y - r);
  context.lineTo(x + r, y);
  context.lineTo(x, y + r);
  context.lineTo(x - r, y);
  context.closePath();
  finished(context, fill, ring);
}

function triangle(context, x, y, r, fill, ring) {
  context.beginPath();
  context.moveTo(x, y - r);
  context.lineTo(x + r, y + 0.8 * r);
  context.lineTo(x - r, y + 0.8 * r);
  context.closePath();
  finished(context, fill, ring);
}

function disc(context, x, y, r, fill, ring, width) {
  context.beginPath();
  context.arc(x, y, r, 0, 2 * Math.PI);
  finished(context, fill, ring, width);
}

function cross(context, x, y, r, fill, ring) {
  const a = r / 2.6;
  context.beginPath();
  const corners = [[-a, -r], [a, -r], [a, -a], [r, -a], [r, a], [a, a], [a, r], [-a, r], [-a, a], [-r, a], [-r, -a], [-a, -a]];
  corners.forEach(([dx, dy], n) => (n ? context.lineTo(x + dx, y + dy) : context.moveTo(x + dx, y + dy)));
  context.closePath();
  finished(context, fill, ring);
}

function letter(context, x, y, text, colour) {
  context.font = "bold 10px system-ui, Arial, sans-serif";
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillStyle = colour;
  context.fillText(text, x, y + 0.5);
}

// Urgency has a shape as well as a colour: red a diamond, yellow a triangle, green a disc.
function urgencyMark(context, x, y, urgency, size = 6) {
  if (urgency === 0) diamond(context, x, y, size + 1.5, URGENCY[0], "#fff");
  else if (urgency === 1) triangle(context, x, y, size, URGENCY[1], INK);
  else disc(context, x, y, size - 1.5, URGENCY[2], "#fff");
}

// The services of a place stand in a row below it.
function drawServices(context, view, services) {
  for (const { place, kinds } of services) {
    const [x, y] = view.place(place);
    const below = radius(view, shared.region.places[place][2]) + 9;
    const left = x - (15 * (kinds.length - 1)) / 2;
    kinds.forEach(([kind, isOn], n) => SERVICE[kind](context, left + 15 * n, y + below, isOn));
  }
}

// What each model has where: [{place, kinds: [[kind, on]], titles}], on if open or on duty now.
function servicesOf(model, hour) {
  const found = new Map();
  const add = (place, kind, title, isOn) => {
    const here = found.get(place) || { place, kinds: [], titles: [] };
    found.set(place, here);
    const same = here.kinds.find((each) => each[0] === kind);
    if (same) same[1] = same[1] || isOn;
    else here.kinds.push([kind, isOn]);
    here.titles.push([title, isOn]);
  };
  const reach = model.reach;
  for (const [title, place] of shared.region.hospitals) add(place, "hospital", title, true);
  model.clinics.forEach(([title, kind, place], n) => {
    add(place, kind, title, hour < 0 || !reach || reach.open[hour].includes(n));
  });
  model.stations.forEach(([title, place, kind], n) => {
    if (kind === "neighbour") return;
    add(place, "station", title, hour < 0 || !reach || reach.on_duty[hour].includes(n));
  });
  return [...found.values()];
}

function halo(context, text, x, y, colour = INK, align = "left") {
  context.font = FONT;
  context.textAlign = align;
  context.textBaseline = "middle";
  context.lineJoin = "round";
  context.lineWidth = 3.5;
  context.strokeStyle = "rgba(255,255,255,0.92)";
  context.strokeText(text, x, y);
  context.fillStyle = colour;
  context.fillText(text, x, y);
}

// Names of the largest places, as many as there is room for.
function drawNames(context, view, services, above = 0) {
  const taken = services.map(({ place, kinds }) => {
    const [x, y] = view.place(place), half = 7.5 * kinds.length;
    const below = radius(view, shared.region.places[place][2]) + 9;
    const over = above && kinds.some(([kind]) => kind === "station") ? below + above : 0;
    return [x - half, y - over, x + half, y + below + 7];
  });
  context.font = FONT;
  let left = Math.round(16 * Math.max(view.width / 480, 0.8) * view.zoom ** 0.8);
  for (const number of shared.region.order) {
    if (left <= 0) return;
    const [, , people] = shared.region.places[number], [x, y] = view.place(number);
    if (x < 0 || y < 0 || x > view.width || y > view.height) continue;
    const name = shared.region.names[number], r = radius(view, people) + 4;
    const wide = context.measureText(name).width;
    const spots = [[x + r, y, "left"], [x - r, y, "right"], [x, y - r - 6, "center"],
      [x, y - r - 24, "center"], [x, y + r + 22, "center"], [x + r + 12, y + r + 14, "left"]];
    for (const [tx, ty, align] of spots) {
      const from = align === "left" ? tx : align === "right" ? tx - wide : tx - wide / 2;
      const box = [from - 2, ty - 7, from + wide + 2, ty + 7];
      if (box[0] < 0 || box[2] > view.width || taken.some((each) => overlaps(each, box))) continue;
      halo(context, name, tx, ty, "#36424b", align);
      taken.push(box);
      left -= 1;
      break;
    }
  }
}

function overlaps(a, b) {
  return a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];
}

function drawScale(context, view) {
  const widest = (0.28 * view.width) / view.scale / 100;
  const steps = [50, 20, 10, 5, 2, 1, 0.5, 0.2];
  const km = steps.find((each) => each <= widest) || 0.2, long = km * 100 * view.scale;
  const x = 14, y = view.height - 14;
  context.strokeStyle = FAINT;
  context.lineWidth = 2;
  context.beginPath();
  context.moveTo(x, y - 5);
  context.lineTo(x, y);
  context.lineTo(x + long, y);
  context.lineTo(x + long, y - 5);
  context.stroke();
  halo(context, t("live.unit.km", { n: new Intl.NumberFormat(shared.lang).format(km) }), x + 4, y - 11, FAINT);
}
