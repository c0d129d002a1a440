// Requests to the program on this machine. A refusal is an error with what is wrong, in words.

import { capital, t } from "./words.js";

export class Refusal extends Error {
  constructor(status, problems) {
    super(problems.map((each) => capital(each.what)).join(" "));
    this.status = status;
    this.problems = problems;
  }
}

export async function ask(method, path, body) {
  const options = { method, headers: {} };
  if (method !== "GET") { // what changes something is JSON, even if it says nothing: no other page can send that
    options.headers["Content-Type"] = "application/json";
    options.body = JSON.stringify(body ?? {});
  }
  let answer;
  try {
    answer = await fetch(path, options);
  } catch {
    throw new Refusal(0, [{ what: t("gone") }]);
  }
  const data = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Refusal(answer.status, data.problems ?? [{ what: t("refused", { status: answer.status }) }]);
  return data;
}
