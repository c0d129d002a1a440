// The start page: a question begins from a shipped organisation, an own file or a study made before.

import { ask } from "./api.js";
import { find, toast } from "./dom.js";
import { copied, fileName } from "./keep.js";
import { t } from "./words.js";

async function begin(pressed) {
  const { kind, value, from } = pressed.dataset;
  pressed.disabled = true;
  try {
    const state = await ask("POST", "/api/drafts", { [kind]: value ?? find(from).value });
    location.href = "/q/" + state.id;
  } catch (error) {
    toast(error.message);
    pressed.disabled = false;
  }
}

for (const each of document.querySelectorAll("[data-kind]")) each.addEventListener("click", () => begin(each));
for (const each of document.querySelectorAll("[data-copy]")) {
  each.addEventListener("click", () => copied(each.previousElementSibling.textContent));
}
// Commands and files by the name that the district is to have.
find("new-name")?.addEventListener("input", (event) => {
  const name = event.target.value.trim() ? fileName(event.target.value) : t("start.example");
  for (const each of document.querySelectorAll("[data-command]")) each.textContent = each.dataset.command.replaceAll("{name}", name);
});
document.documentElement.dataset.ready = "yes";
