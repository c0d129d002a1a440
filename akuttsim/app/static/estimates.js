// What can be told at once, without simulation: queues by the hour and reach. Marked as estimates everywhere.

import { Refusal, ask } from "./api.js";

export class Estimates {
  constructor(draft) {
    this.draft = draft;
    this.listeners = [];
    this.now = null;
    this.version = null;
    draft.listen((state) => this.follow(state));
  }

  listen(tell) {
    this.listeners.push(tell);
    if (this.now) tell(this.now);
  }

  async follow(state) {
    if (state.version === this.version) return;
    const version = (this.version = state.version);
    try {
      const found = await ask("GET", this.draft.path + "/estimates");
      if (version !== this.version) return;
      this.now = found;
      for (const tell of this.listeners) tell(found);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error; // without estimates the simulation still answers
    }
  }
}
