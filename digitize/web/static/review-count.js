// Does it count? A sheet of doubtful cells; letters answer them, Enter saves the answers.  Nothing is proposed.

import { keyAround, pageLink } from "./around.js";
import { byId, closest, make, say } from "./common.js";
import { Queue, announce, showState, where } from "./queue.js";

/** @typedef {import("./queue.js").Loaded} Loaded */

const LETTERS = "ABCDEFGHIJKL";
const FEW = 6; // fit on the screen in two columns, larger
/** @type {Record<string, string>} */
const COLOURS = { signed: "yes", incomplete: "no", struck: "no", blank: "no" };
const queue = new Queue("count", 2 * LETTERS.length, ["picture", "cell"], show);
/** @type {{ asked: Loaded, draw: () => void }[]} */
let sheet = [];

/** Put the next sheet up where other questions come first now, or fill one that is not full. */
function show() {
  const first = queue.first(LETTERS.length);
  if (!sheet.length || sheet.some(({ asked }, place) => asked !== first[place])) {
    sheet = [];
    byId("cells").replaceChildren(...first.map(add));
    byId("cells").querySelector("button")?.focus({ preventScroll: true });
    if (sheet.length) announce(say("sheet", { n: sheet.length }));
  } else {
    byId("cells").append(...first.slice(sheet.length).map(add));
  }
  byId("cells").classList.toggle("few", sheet.length <= FEW);
  showState(queue);
}

/**
 * Put a question on the sheet and return its card.
 *
 * @param {Loaded} asked
 */
function add(asked) {
  const { question } = asked;
  const letter = LETTERS[sheet.length];
  const answer = make("span", { class: "verdict" });
  const button = make(
    "button",
    { class: "cell", type: "button", "aria-keyshortcuts": letter },
    make("span", { class: "caption" }, make("kbd", {}, letter), answer),
    make("span", { class: "picture" }, asked.picture("cell")),
    make("span", { class: "reason" }, question.second ? say("second") : question.reasons.join(" ")),
    make("span", { class: "strip" }, asked.picture("picture")),
  );
  const place = sheet.length;
  const draw = () => {
    button.className = `cell ${COLOURS[asked.answer] ?? "unanswered"}`;
    answer.textContent = say(asked.answer || "unanswered");
    const spoken = [letter, say(asked.answer || "unanswered"), where(question), question.name, ...question.reasons];
    button.setAttribute("aria-label", spoken.filter(Boolean).join(", "));
  };
  draw();
  button.addEventListener("click", () => turn(place));
  sheet.push({ asked, draw });
  return make("div", { class: "asked-cell" }, button, pageLink(question, where(question)));
}

/**
 * From no answer to "counts", to the contrary, and back to none.
 *
 * @param {number} place on the sheet
 */
function turn(place) {
  const { asked, draw } = sheet[place];
  const { yes, no } = asked.question;
  const order = ["", yes, no];
  asked.answer = order[(order.indexOf(asked.answer) + 1) % order.length];
  draw();
  announce(`${LETTERS[place]}: ${say(asked.answer || "unanswered")}`);
}

/** Save what was answered; what was not stays on the sheet. */
function confirm() {
  const done = sheet.map(({ asked }) => asked).filter(({ answer }) => answer);
  if (!done.length) {
    if (sheet.length) byId("alert").replaceChildren(make("p", { class: "warning" }, say("answers")));
    return;
  }
  byId("alert").replaceChildren();
  const decisions = done.map(({ answer, question }) => ({
    key: question.key,
    field: "status",
    value: answer,
    second: question.second,
  }));
  queue.decide(done, decisions);
  show();
}

/** Leave what was not answered for later. */
function later() {
  const open = sheet.map(({ asked }) => asked).filter(({ answer }) => !answer);
  if (open.length) queue.decide(open, []);
  show();
}

async function undo() {
  if (await queue.undo()) announce(say("undone"));
}

/** @param {number} step to another cell, in reading order */
function move(step) {
  const cells = [...byId("cells").querySelectorAll("button")];
  const here = cells.findIndex((each) => each === document.activeElement);
  cells[Math.min(cells.length - 1, Math.max(0, here + step))]?.focus();
}

const columns = () => (sheet.length <= FEW ? 2 : 3);

/** @type {Record<string, () => unknown>} */
const KEYS = {
  ArrowLeft: () => move(-1),
  ArrowRight: () => move(1),
  ArrowUp: () => move(-columns()),
  ArrowDown: () => move(columns()),
  Backspace: undo,
  PageDown: later,
};

document.addEventListener("keydown", (event) => {
  const control = event.ctrlKey || event.metaKey;
  if (event.key === "Enter" && event.repeat) {
    event.preventDefault(); // one press confirms one sheet
  } else if (control && event.key === "z") {
    undo();
  } else if (!control && !event.altKey && press(event)) {
    event.preventDefault();
  }
});

/**
 * Do what a key means.
 *
 * @param {KeyboardEvent} event
 * @returns {boolean} false where it means nothing
 */
function press(event) {
  const place = event.key.length === 1 ? LETTERS.indexOf(event.key.toUpperCase()) : -1;
  if (place >= 0 && place < sheet.length) turn(place);
  else if (KEYS[event.key]) KEYS[event.key]();
  else if (event.key === "Enter" && !closest(event, "a, dialog, #confirm, #later, #undo, #surroundings, .offline")) confirm();
  else return false;
  return true;
}

byId("confirm").addEventListener("click", confirm);
byId("later").addEventListener("click", later);
byId("undo").addEventListener("click", undo);
keyAround(() => {
  const here = [...byId("cells").querySelectorAll("button")].findIndex((each) => each === document.activeElement);
  return sheet[Math.max(0, here)]?.asked.question;
});
queue.fill();
