// Does it count? A sheet of doubtful cells; letters mark the exceptions, Enter confirms all as shown.

import { byId, make, say } from "./common.js";
import { Queue, announce, picture, showState } from "./queue.js";

const LETTERS = "ABCDEFGHIJKL";
const FEW = 6; // fit on the screen in two columns, larger
const COLOURS = { signed: "yes", incomplete: "no", struck: "no", blank: "no" };
Queue.wanted = ["picture", "cell"];
const queue = new Queue("count", 2 * LETTERS.length, show);
let sheet = [];

/** Put the next sheet up where none lies there. */
function show() {
  if (!sheet.length || sheet.some((question) => !queue.first(LETTERS.length).includes(question))) {
    sheet = queue.first(LETTERS.length);
    for (const question of sheet) question.answer ??= question.proposal;
    byId("cells").replaceChildren(...sheet.map(card));
    byId("cells").querySelector("button")?.focus({ preventScroll: true });
    if (sheet.length) announce(say("sheet", { n: sheet.length }));
  } else if (sheet.length < LETTERS.length && queue.first(LETTERS.length).length > sheet.length) {
    const more = queue.first(LETTERS.length).slice(sheet.length);
    for (const question of more) question.answer ??= question.proposal;
    byId("cells").append(...more.map((question, place) => card(question, sheet.length + place)));
    sheet = [...sheet, ...more];
  }
  byId("cells").classList.toggle("few", sheet.length <= FEW);
  showState(queue);
}

function card(question, place) {
  const letter = LETTERS[place];
  const verdict = make("span", { class: "verdict" });
  const button = make(
    "button",
    { class: "cell", type: "button", "aria-keyshortcuts": letter },
    make("span", { class: "caption" }, make("kbd", {}, letter), verdict, make("span", { class: "where" }, where(question))),
    make("span", { class: "picture" }, picture(question, "cell")),
    make("span", { class: "reason" }, question.second ? say("second") : question.reasons.join(" ")),
    make("span", { class: "strip" }, picture(question, "picture")),
  );
  question.draw = () => {
    const kind = COLOURS[question.answer] ?? "later";
    button.className = `cell ${kind}`;
    verdict.textContent = say(question.answer);
    const spoken = [letter, say(question.answer), where(question), question.name, ...question.reasons];
    button.setAttribute("aria-label", spoken.filter(Boolean).join(", "));
  };
  question.draw();
  button.addEventListener("click", () => turn(question));
  return button;
}

const where = (question) => say("where", { file: question.file, page: question.page, row: question.number });

/** From what is proposed to the contrary, to leaving it open, and round again. */
function turn(question) {
  const order = question.proposal === question.yes ? [question.yes, question.no, "later"] : [question.no, question.yes, "later"];
  question.answer = order[(order.indexOf(question.answer) + 1) % order.length];
  question.draw();
  announce(`${LETTERS[sheet.indexOf(question)]}: ${say(question.answer)}`);
}

function confirm() {
  if (!sheet.length) return;
  const decided = sheet.filter((question) => question.answer !== "later");
  const decisions = decided.map((question) => ({
    key: question.key,
    field: "status",
    value: question.answer,
    second: question.second,
  }));
  const done = sheet;
  sheet = [];
  queue.decide(done, decisions);
  show();
}

async function undo() {
  if (await queue.undo()) announce(say("undone"));
}

function move(step) {
  const cells = [...byId("cells").children];
  const here = cells.indexOf(document.activeElement);
  cells[Math.min(cells.length - 1, Math.max(0, here + step))]?.focus();
}

const columns = () => (sheet.length <= FEW ? 2 : 3);
const STEPS = { ArrowLeft: () => -1, ArrowRight: () => 1, ArrowUp: () => -columns(), ArrowDown: columns };
document.addEventListener("keydown", (event) => {
  if (event.repeat && event.key === "Enter") return event.preventDefault();
  if ((event.ctrlKey || event.metaKey) && event.key === "z") return void undo();
  if (event.ctrlKey || event.metaKey || event.altKey) return undefined;
  const place = LETTERS.indexOf(event.key.toUpperCase());
  if (place >= 0 && event.key.length === 1 && sheet[place]) turn(sheet[place]);
  else if (event.key === "Backspace") undo();
  else if (STEPS[event.key]) move(STEPS[event.key]());
  else if (event.key !== "Enter" || event.target.closest("a, #confirm, #undo, .offline")) return undefined;
  else confirm();
  event.preventDefault();
  return undefined;
});
byId("confirm").addEventListener("click", confirm);
byId("undo").addEventListener("click", undo);
queue.fill();
