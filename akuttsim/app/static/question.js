// The what-if page: change, reach and answer, each in its part and all about one draft.

import { Answer } from "./answer.js";
import { ChangeList } from "./changes.js";
import { Draft } from "./draft.js";
import { Estimates } from "./estimates.js";
import { Form } from "./form.js";
import { Keeping } from "./keep.js";
import { ReachMap } from "./map.js";
import { page } from "./words.js";

const draft = new Draft(page.state);
const estimates = new Estimates(draft);
new Keeping(draft);
const changes = new ChangeList(draft);
const answer = new Answer(draft, page.study);
estimates.listen((found) => answer.estimate(found));
draft.listen(() => answer.show(answer.study));
const map = new ReachMap(draft);
await map.load();
changes.use(map);
const form = new Form(draft, map, estimates);
map.onpick = (unit) => form.reveal(unit);
draft.listen((state) => map.follow(state));
document.documentElement.dataset.ready = "yes";
