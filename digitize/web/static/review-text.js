// What does it say? The picture above the fields; Enter keeps what stands there and goes on, Tab is the next field.

import { byId, say } from "./common.js";
import { Queue, announce, picture, showState } from "./queue.js";

const AHEAD = 10;
const queue = new Queue("text", AHEAD, show);
const name = byId("name");
const address = byId("address");
let current = null;

function show() {
  const [question] = queue.first();
  if (question && question !== current) {
    current = question;
    byId("picture").replaceChildren(picture(question, "picture"));
    byId("where").textContent = say("where", { file: question.file, page: question.page, row: question.number });
    byId("reasons").textContent = [question.second ? say("second") : "", ...question.reasons].join(" ");
    name.value = question.name;
    address.value = question.address;
    name.classList.toggle("asked", question.weakName);
    address.classList.toggle("asked", question.weakAddress);
    const field = question.weakName ? name : address;
    field.focus({ preventScroll: true });
    field.select();
    announce(say("where", { file: question.file, page: question.page, row: question.number }));
  } else if (!question) {
    current = null;
  }
  showState(queue);
}

/** What was asked is confirmed as it stands; what was not asked only where it was changed. */
function keep() {
  if (!current) return;
  const question = current;
  const decisions = [];
  for (const [field, input, was, asked] of [
    ["name", name, question.name, question.weakName],
    ["address", address, question.address, question.weakAddress],
  ]) {
    if (asked || input.value !== was) {
      decisions.push({ key: question.key, field, value: input.value, second: question.second });
    }
  }
  queue.decide([question], decisions);
  show();
}

function later() {
  if (current) queue.decide([current], []);
  show();
}

async function undo() {
  if (await queue.undo()) announce(say("undone"));
}

document.addEventListener("keydown", (event) => {
  const unchanged = current && name.value === current.name && address.value === current.address;
  if ((event.ctrlKey || event.metaKey) && event.key === "z" && (unchanged || !current)) undo();
  else if (event.key === "PageDown") later();
  else if (event.key !== "Enter" || event.shiftKey || event.target.closest("a, button")) return undefined;
  else keep();
  event.preventDefault();
  return undefined;
});
for (const field of [name, address]) field.addEventListener("focus", () => field.select());
byId("keep").addEventListener("click", keep);
byId("later").addEventListener("click", later);
byId("undo").addEventListener("click", undo);
queue.fill();
