// The same twice? Two rows cell by cell, or two pages, side by side.

import { keyAround, pageLink } from "./around.js";
import { byId, make, say } from "./common.js";
import { Queue, announce, showState, where } from "./queue.js";

/** @typedef {import("./queue.js").Loaded} Loaded */
/** @typedef {import("./queue.js").Side} Side */
/** @typedef {import("./queue.js").PictureName} PictureName */

const AHEAD = 6;
/** @type {PictureName[]} */
const CELLS = ["nameCell", "addressCell", "signatureCell"];
const queue = new Queue("pairs", AHEAD, [...CELLS, "picture"], show);
/** @type {Loaded | null} */
let current = null;

function show() {
  const [pair] = queue.first();
  if (pair && pair !== current) {
    current = pair;
    const { kind, sides = [] } = pair.question;
    byId("question").textContent = say(kind === "page" ? "pages" : "persons");
    byId("pair").className = kind;
    byId("same-text").textContent = answer("same", kind);
    byId("different-text").textContent = answer("different", kind);
    byId("pair").replaceChildren(...sides.map((side, place) => half(pair, side, place)));
    byId("stage").focus({ preventScroll: true });
    announce([byId("question").textContent, ...sides.map((side) => side.name ?? side.file)].join("; "));
  } else if (!pair) {
    current = null;
  }
  showState(queue);
}

/**
 * Show one of the two: its pictures, and what was read.
 *
 * @param {Loaded} pair
 * @param {Side} side
 * @param {number} place 0 on the left, 1 on the right
 */
function half(pair, side, place) {
  /** @type {PictureName[]} */
  const pictures = pair.question.kind === "page" ? ["picture"] : CELLS;
  const texts = [side.name, side.address].filter(Boolean).map((text) => make("p", { class: "read" }, text));
  return make(
    "section",
    { class: "half", "aria-label": where(side) },
    make("h2", {}, pageLink(side, where(side))),
    ...pictures.map((name) => make("div", { class: `part ${name}` }, pair.picture(`${name}${place}`))),
    ...texts,
  );
}

/**
 * Return an answer in words that suit what is compared.
 *
 * @param {"same" | "different"} value
 * @param {string} kind
 */
function answer(value, kind) {
  return say(`${value}-${kind === "page" ? "page" : "person"}`);
}

/** @param {"same" | "different"} value */
function decide(value) {
  if (!current) return;
  const { kind, key, other } = current.question;
  queue.decide([current], [{ key, other, field: kind === "page" ? "page" : "person", value }]);
  announce(answer(value, kind));
  show();
}

function later() {
  if (current) queue.decide([current], []);
  show();
}

async function undo() {
  if (await queue.undo()) announce(say("undone"));
}

/** @type {Record<string, () => unknown>} */
const KEYS = {
  1: () => decide("same"),
  2: () => decide("different"),
  PageDown: later,
  Backspace: undo,
};

document.addEventListener("keydown", (event) => {
  const control = event.ctrlKey || event.metaKey;
  if (control && event.key === "z") {
    undo();
  } else if (!control && !event.altKey && KEYS[event.key]) {
    KEYS[event.key]();
    event.preventDefault();
  }
});
byId("same").addEventListener("click", () => decide("same"));
byId("different").addEventListener("click", () => decide("different"));
byId("later").addEventListener("click", later);
let other = false; // F2 shows the two sides in turn
keyAround(() => {
  other = !other;
  return current?.question.sides?.[other ? 0 : 1];
});
byId("undo").addEventListener("click", undo);
queue.fill();
