// Begins what the page has, and says so.

const mapRoot = document.getElementById("live-map"), replayRoot = document.getElementById("live-replay");
if (mapRoot) new RegionMap(mapRoot);
if (replayRoot) new Replay(replayRoot);
document.documentElement.dataset.live = "ready";
