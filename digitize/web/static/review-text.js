// What does it say? The picture above the fields; Enter keeps what stands there and goes on, Tab is the next field.

import { keyAround, pageLink } from "./around.js";
import { byId, closest, say } from "./common.js";
import { Queue, announce, showState, where } from "./queue.js";

const AHEAD = 10;
const queue = new Queue("text", AHEAD, ["picture"], show);
const name = byId("name", HTMLInputElement);
const address = byId("address", HTMLTextAreaElement);
/** @type {import("./queue.js").Loaded | null} */
let current = null;

function show() {
  const [next] = queue.first();
  if (next && next !== current) {
    current = next;
    const { question } = next;
    byId("picture").replaceChildren(next.picture("picture"));
    byId("where").replaceChildren(pageLink(question, where(question)));
    byId("reasons").textContent = [question.second ? say("second") : "", ...question.reasons].join(" ");
    name.value = question.name;
    address.value = question.address;
    name.classList.toggle("asked", question.weakName);
    address.classList.toggle("asked", question.weakAddress);
    const field = question.weakName ? name : address;
    field.focus({ preventScroll: true });
    field.select();
    announce(where(question));
  } else if (!next) {
    current = null;
  }
  showState(queue);
}

/** What was asked is confirmed as it stands; what was not asked only where it was changed. */
function keep() {
  if (!current) return;
  const { key, second, ...was } = current.question;
  const decisions = [];
  if (was.weakName || name.value !== was.name) {
    decisions.push({ key, field: "name", value: name.value, second });
  }
  if (was.weakAddress || address.value !== was.address) {
    decisions.push({ key, field: "address", value: address.value, second });
  }
  queue.decide([current], decisions);
  show();
}

function later() {
  if (current) queue.decide([current], []);
  show();
}

async function undo() {
  if (await queue.undo()) announce(say("undone"));
}

/** Whether the fields hold what was read; Ctrl-Z is then no matter of the field. */
function unchanged() {
  return !current || (name.value === current.question.name && address.value === current.question.address);
}

document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key === "z" && unchanged()) undo();
  else if (event.key === "PageDown") later();
  else if (event.key === "Enter" && !event.shiftKey && !closest(event, "a, button, dialog")) keep();
  else return;
  event.preventDefault();
});
for (const field of [name, address]) field.addEventListener("focus", () => field.select());
byId("keep").addEventListener("click", keep);
byId("later").addEventListener("click", later);
keyAround(() => current?.question);
byId("undo").addEventListener("click", undo);
queue.fill();
