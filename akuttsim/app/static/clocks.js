// A classic script, as the report's replay is one: two replays that go by one clock.
/* global Replay */

(function () {
  const both = [0, 1].map((n) => document.getElementById("replay-" + n)).filter(Boolean).map((root) => new Replay(root));
  let isTold = false;
  for (const replay of both) {
    const go = replay.go.bind(replay);
    replay.go = (time) => {
      go(time);
      if (isTold) return;
      isTold = true; // the other one follows, and tells nobody
      for (const other of both) if (other !== replay) other.go(time);
      isTold = false;
    };
  }
  if (both.length) both[0].go(both[0].now);
})();
