// The draft as the server knows it. Every change goes there and comes back as a whole state.

import { Refusal, ask } from "./api.js";
import { toast } from "./dom.js";
import { page, t } from "./words.js";

export class Draft {
  constructor(state) {
    this.state = state;
    this.listeners = [];
    this.last = Promise.resolve();
    this.waiting = 0;
  }

  get path() {
    return "/api/drafts/" + this.state.id;
  }

  // `tell(state)` is called now and after every change.
  listen(tell) {
    this.listeners.push(tell);
    tell(this.state);
  }

  // Requests wait for each other, so that two quick strokes reach the server in their order.
  send(method, way, body) {
    this.waiting += 1;
    const next = this.last.then(() => this.exchange(method, way, body));
    this.last = next.catch(() => {});
    return next;
  }

  async exchange(method, way, body) {
    if (page.read_only) return toast(t("read_only"));
    try {
      this.take(await ask(method, this.path + way, body));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      toast(error.message);
      if (error.status === 409) this.take(await ask("GET", this.path));
      else this.take(this.state); // fields show again what holds
    } finally {
      this.waiting -= 1;
    }
  }

  // While a later request is under way the page keeps what was done there.
  take(state) {
    this.state = state;
    if (this.waiting > 1) return;
    for (const tell of this.listeners) tell(state);
  }

  set(key, value) {
    return this.send("POST", "/changes", { set: { [key]: value } });
  }

  change(body) {
    return this.send("POST", "/changes", body);
  }

  // All fields with their unit and group; a form has hundreds at most.
  fields() {
    return this.state.form.groups.flatMap((group) => group.units.flatMap((unit) =>
      unit.fields.map((field) => ({ group, unit, field }))));
  }
}
