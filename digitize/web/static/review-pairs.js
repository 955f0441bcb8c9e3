// The same twice? Two rows cell by cell, or two pages, side by side.

import { byId, make, say } from "./common.js";
import { Queue, announce, picture, showState } from "./queue.js";

const AHEAD = 6;
const CELLS = ["nameCell", "addressCell", "signatureCell"];
Queue.wanted = [...CELLS, "picture"];
const queue = new Queue("pairs", AHEAD, show);
let current = null;

function show() {
  const [pair] = queue.first();
  if (pair && pair !== current) {
    current = pair;
    byId("question").textContent = say(pair.kind === "page" ? "pages" : "persons");
    byId("pair").className = pair.kind;
    byId("pair").replaceChildren(...pair.sides.map((side, place) => half(pair, side, place)));
    byId("stage").focus({ preventScroll: true });
    announce([byId("question").textContent, ...pair.sides.map((side) => side.name ?? side.file)].join("; "));
  } else if (!pair) {
    current = null;
  }
  showState(queue);
}

function half(pair, side, place) {
  const row = side.number === undefined ? "" : side.number;
  const where = say(row === "" ? "page" : "where", { file: side.file, page: side.page, row });
  const pictures = pair.kind === "page" ? ["picture"] : CELLS;
  const texts = [side.name, side.address].filter(Boolean).map((text) => make("p", { class: "read" }, text));
  return make(
    "section",
    { class: "half", "aria-label": where },
    make("h2", {}, where),
    ...pictures.map((name) => make("div", { class: `part ${name}` }, picture(pair, `${name}${place}`))),
    ...texts,
  );
}

function decide(value) {
  if (!current) return;
  const pair = current;
  const field = pair.kind === "page" ? "page" : "person";
  queue.decide([pair], [{ key: pair.key, other: pair.other, field, value }]);
  announce(say(value));
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
  if ((event.ctrlKey || event.metaKey) && event.key === "z") return void undo();
  if (event.ctrlKey || event.metaKey || event.altKey) return undefined;
  if (event.key === "1") decide("same");
  else if (event.key === "2") decide("different");
  else if (event.key === "PageDown") later();
  else if (event.key === "Backspace") undo();
  else return undefined;
  event.preventDefault();
  return undefined;
});
byId("same").addEventListener("click", () => decide("same"));
byId("different").addEventListener("click", () => decide("different"));
byId("later").addEventListener("click", later);
byId("undo").addEventListener("click", undo);
queue.fill();
