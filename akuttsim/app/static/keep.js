// Keeping: a name and a reason, the files that were written, and what can be carried away.

import { Refusal, ask } from "./api.js";
import { button, find, make, refill, toast } from "./dom.js";
import { page, t } from "./words.js";

export class Keeping {
  constructor(draft) {
    this.draft = draft;
    this.dialog = find("keep");
    this.form = find("keep-form");
    this.kept = Number(find("kept").dataset.version); // the version whose files are in the folder already
    find("save").addEventListener("click", () => this.ask());
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.save();
    });
    for (const each of document.querySelectorAll("[data-close]")) {
      each.addEventListener("click", () => each.closest("dialog").close());
    }
    const title = find("title");
    title.addEventListener("change", () => draft.send("PATCH", "", { title: title.value }));
    draft.listen((state) => this.show(state));
    this.menus();
  }

  show(state) {
    if (document.activeElement !== find("title")) find("title").value = state.title;
    if (state.changes.length && state.called) find("title").placeholder = state.called;
    find("save").disabled = page.read_only || !state.changes.length || state.problems.length > 0;
    if (state.version !== this.kept) find("kept").textContent = state.changes.length ? t("keep.unsaved") : "";
  }

  ask() {
    const { title, name, changes } = this.draft.state;
    this.form.elements.title.value = title || this.draft.state.called || changes.map((each) => each.sentence).join("; ");
    this.form.elements.name.value = /^what-if-\d+$/.test(name) ? fileName(this.form.elements.title.value) : name;
    this.form.elements.why.value = changes.map((each) => each.why).filter(Boolean).join(" ");
    refill(find("keep-said"));
    this.form.hidden = false;
    this.dialog.showModal();
    this.form.elements.title.select();
  }

  async save() {
    const value = (name) => this.form.elements[name].value.trim();
    const own = value("title") === this.draft.state.called ? "" : value("title"); // what the server makes is in both languages
    try {
      const kept = await ask("POST", this.draft.path + "/save", { name: value("name"), title: own, why: value("why") });
      this.kept = this.draft.state.version;
      find("kept").textContent = t("keep.saved");
      this.form.hidden = true;
      refill(find("keep-said"), this.told(kept));
      find("keep-said").querySelector("button").focus();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      refill(find("keep-said"), make("p", { class: "error", role: "alert" }, make("span", { class: "sign", "aria-hidden": "true" }, "!"), make("span", {}, error.message)));
    }
  }

  told(kept) {
    const copy = button(t("keep.copy"), () => copied(kept.command));
    return [
      make("p", {}, t("keep.written", { folder: kept.folder })),
      make("ul", { class: "files" }, kept.files.map((each) => make("li", {}, make("code", {}, each)))),
      kept.again ? make("p", {}, t("keep.again")) : [],
      kept.command ? [make("p", {}, t("keep.command")), make("div", { class: "command" }, make("code", {}, kept.command), copy)] : [],
      make("p", {}, button(t("close"), () => this.dialog.close(), { class: "button go" })),
    ].flat();
  }

  // Menus close by Escape and by a click elsewhere; what is not ready yet says so.
  menus() {
    document.addEventListener("keydown", (event) => {
      const open = event.key === "Escape" && document.querySelector("details.menu[open]");
      if (!open) return;
      open.open = false;
      open.querySelector("summary").focus();
    });
    document.addEventListener("click", (event) => {
      for (const each of document.querySelectorAll("details.menu[open]")) {
        if (!each.contains(event.target) || event.target.closest("a")) each.open = false;
      }
      const door = event.target.closest("[aria-disabled=true]");
      if (!door) return;
      event.preventDefault();
      toast(t("keep.not_yet"));
    });
  }
}

export async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    toast(t("keep.copied"));
  } catch {
    toast(t("keep.copy_by_hand"));
  }
}

// A name for files: letters without accents, digits and hyphens.
const LONGEST = 40;

export function fileName(text) {
  const plain = text.toLowerCase().replace(/[æä]/g, "ae").replace(/[øö]/g, "o").replace(/å/g, "a").normalize("NFD");
  const name = plain.replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "");
  return (name.length > LONGEST ? name.slice(0, LONGEST + 1).replace(/-[^-]*$/, "") : name).slice(0, LONGEST) || "utkast"; // whole words
}
