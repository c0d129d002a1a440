// Marks of the replay: people who wait, vehicles, the strip of the day, and the legend of them all.

function drawPerson(context, x, y, { person, state }, now) {
  if (state === "rings") {
    const beat = calm.matches ? 0.6 : 0.5 + 0.5 * Math.sin(performance.now() / 180);
    context.beginPath();
    context.arc(x, y, 10 + 4 * beat, 0, 2 * Math.PI);
    context.strokeStyle = URGENCY[person.urgency];
    context.lineWidth = 2.5;
    context.stroke();
  }
  if (state === "talks") speech(context, x + 9, y - 9);
  if (state === "done" || state === "gave_up") context.globalAlpha *= 0.35;
  urgencyMark(context, x, y, person.urgency);
  if (state === "waits_crew" || state === "helped") {
    disc(context, x + 7, y - 7, 3.2, state === "helped" ? "#00785a" : "#fff", INK);
  }
}

function speech(context, x, y) {
  context.beginPath();
  context.rect(x - 5, y - 4, 11, 7);
  finished(context, "#fff", INK, 1.1);
}

function drawUnit(context, x, y, { unit, leg, job }, person) {
  const shape = VEHICLE[unit.role];
  const stage = leg?.stage ?? (job ? "on_scene" : "");
  const colour = FILL[stage] ?? "#fff";
  if (!shape) {
    disc(context, x, y, 6.5, colour === "#fff" ? "#dceaf4" : colour, INK);
    letter(context, x, y, unit.role === "nurse" ? t("live.mark.nurse") : t("live.mark.doctor"), colour === "#fff" || stage === "on_scene" ? INK : "#fff");
    return;
  }
  shape(context, x, y, shape === triangle ? 8 : 6, colour, INK);
  if (shape === square) cross(context, x, y, 3.8, stage === "drives_out" || stage === "with_patient" ? "#fff" : INK, "transparent");
  if (stage === "with_patient" && person) urgencyMark(context, x + 8, y - 7, person.urgency, 4.5);
}

// The calls of the day in bars of ten minutes, urgent ones below, with the hand of the clock.
function drawStrip(canvas, day, now) {
  const pixels = window.devicePixelRatio || 1, wide = canvas.clientWidth, high = canvas.clientHeight;
  if (!wide) return;
  if (canvas.width !== Math.round(wide * pixels)) [canvas.width, canvas.height] = [wide * pixels, high * pixels].map(Math.round);
  const context = canvas.getContext("2d");
  context.setTransform(pixels, 0, 0, pixels, 0, 0);
  context.clearRect(0, 0, wide, high);
  day.bars ??= barsOf(day);
  const most = Math.max(...day.bars.map((bar) => bar[0] + bar[1] + bar[2]), 4), floor = high - 14;
  const step = wide / day.bars.length;
  day.bars.forEach((bar, n) => {
    let y = floor;
    bar.forEach((count, urgency) => {
      const tall = (count / most) * (floor - 4);
      context.fillStyle = [URGENCY[0], "#efb94a", "#8fc3b4"][urgency];
      context.fillRect(n * step + 0.5, y - tall, Math.max(step - 1, 1), tall);
      y -= tall;
    });
  });
  context.font = FONT.replace("12px", "11px");
  context.textBaseline = "alphabetic";
  context.fillStyle = FAINT;
  const every = wide < 500 ? 6 : 3;
  for (let hour = 0; hour <= 24; hour += every) {
    context.textAlign = hour === 0 ? "left" : hour === 24 ? "right" : "center";
    context.fillText(two(hour), (hour / 24) * wide, high - 2);
  }
  context.fillStyle = INK;
  context.fillRect((now / DAY_S) * wide - 1, 0, 2, floor + 2);
}

function barsOf(day) {
  const bars = Array.from({ length: 144 }, () => [0, 0, 0]);
  for (const call of day.calls) {
    if (call.rang >= 0 && call.rang < DAY_S) bars[Math.floor(call.rang / 600)][day.people[call.person].urgency] += 1;
  }
  return bars;
}

function legendKeys() {
  const unit = (role, stage) => (context) =>
    drawUnit(context, 10, 10, { unit: { role }, leg: stage ? { stage } : null }, null);
  const person = (state, urgency) => (context) => {
    context.save();
    context.translate(1, 2);
    context.scale(0.75, 0.75);
    drawPerson(context, 11, 11, { person: { urgency }, state }, 0);
    context.restore();
  };
  const keys = [
    [(context) => urgencyMark(context, 10, 9, 0), "live.legend.red"],
    [(context) => urgencyMark(context, 10, 9, 1), "live.legend.yellow"],
    [(context) => urgencyMark(context, 10, 9, 2), "live.legend.green"],
    [person("rings", 1), "live.legend.rings"], [person("talks", 1), "live.legend.talks"],
    [person("waits_crew", 1), "live.legend.waits_crew"], [person("helped", 1), "live.legend.helped"],
    [unit("crew", ""), "live.legend.ready"], [unit("crew", "mobilises"), "live.legend.mobilises"],
    [unit("crew", "drives_out"), "live.legend.drives_out"], [unit("crew", "on_scene"), "live.legend.on_scene"],
    [unit("crew", "with_patient"), "live.legend.with_patient"], [unit("doctor", "drives_out"), "live.legend.doctor"],
    [unit("support", "drives_out"), "live.legend.support"],
    ...["hospital", "legevakt", "satellite", "gp_office"].map((kind) => [(context) => SERVICE[kind](context, 10, 9, true), "live.service." + kind]),
    [ferryKey, "live.service.ferry"],
  ];
  return keys.map(([draw, key]) => drawnKey(draw, t(key)));
}
