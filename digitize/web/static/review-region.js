// Which canton? The row, the candidates as number keys, and a search that starts with the first letter typed.

import { keyAround, pageLink } from "./around.js";
import { ask, byId, make, say } from "./common.js";
import { Queue, announce, showState, where } from "./queue.js";

/** @typedef {import("./queue.js").Candidate} Candidate */

const AHEAD = 10;
const queue = new Queue("region", AHEAD, ["picture"], show);
const search = byId("search", HTMLInputElement);
/** @type {import("./queue.js").Loaded | null} */
let current = null;
/** @type {Candidate[]} */
let found = [];
/** @type {((key: string) => void) | null} */
let held = null; // takes the keys while a search that Enter has ended is on its way
/** @type {import("./queue.js").Decision | null} */
let chosen = null; // the canton, while name or address of the same row are still in question
const texts = { name: byId("text-name", HTMLInputElement), address: byId("text-address", HTMLTextAreaElement) };
let asked = 0; // number of the newest search: an older answer must not overwrite it

function show() {
  const [next] = queue.first();
  if (next && next !== current) {
    current = next;
    const { question } = next;
    byId("picture").replaceChildren(next.picture("picture"));
    byId("where").replaceChildren(pageLink(question, where(question)));
    byId("name").textContent = question.name;
    byId("address").textContent = question.address;
    byId("reasons").textContent = [question.second ? say("second") : "", ...question.reasons].join(" ");
    search.value = "";
    list([]);
    byId("candidates").replaceChildren(...question.candidates.map((each, place) => choice(each, String(place + 1))));
    byId("stage").focus({ preventScroll: true });
    const spoken = question.candidates.map((each, place) => `${place + 1} ${each.region} ${each.place}`);
    announce([question.address, ...spoken].join("; "));
  } else if (!next) {
    current = null;
  }
  showState(queue);
}

/**
 * Make the button that decides for a candidate.
 *
 * @param {Candidate} candidate
 * @param {string} key that does the same; empty if none does
 */
function choice(candidate, key) {
  const share = candidate.share === undefined ? "" : `${Math.round(candidate.share * 100)} %`;
  const button = make(
    "button",
    { class: "choice", type: "button" },
    make("kbd", { class: key ? null : "void" }, key),
    make("strong", {}, say(candidate.region)),
    make("span", { class: "place" }, candidate.place),
    make("span", { class: "share" }, share),
  );
  button.addEventListener("click", () => decide(candidate.value));
  return make("li", {}, button);
}

/**
 * Show what the search has found.
 *
 * @param {Candidate[]} places
 */
function list(places) {
  found = places;
  byId("found").replaceChildren(...places.map((each, place) => choice(each, place === 0 ? "↵" : "")));
  search.setAttribute("aria-expanded", String(places.length > 0));
}

/** @param {string} value of a candidate, "unknown" or "abroad" */
function decide(value) {
  if (!current) return;
  const { key, second, weakName, weakAddress } = current.question;
  announce(value);
  chosen = { key, field: "canton", value, second };
  if (weakName || weakAddress) askTexts();
  else finish([]);
}

/** Ask for what was hard to read in the same row, so that nobody has to look at it again. */
function askTexts() {
  if (!current) return;
  const { name, address, weakName, weakAddress } = current.question;
  texts.name.value = name;
  texts.address.value = address;
  texts.name.classList.toggle("asked", weakName);
  texts.address.classList.toggle("asked", weakAddress);
  byId("texts").hidden = false;
  const field = weakName ? texts.name : texts.address;
  field.focus();
  field.select();
}

function keepTexts() {
  if (!current) return;
  const { key, second, ...was } = current.question;
  const decisions = [];
  if (was.weakName || texts.name.value !== was.name) decisions.push({ key, field: "name", value: texts.name.value, second });
  if (was.weakAddress || texts.address.value !== was.address) decisions.push({ key, field: "address", value: texts.address.value, second });
  finish(decisions);
}

/** @param {import("./queue.js").Decision[]} further decisions on the row, beside its canton */
function finish(further) {
  if (!current || !chosen) return;
  const decisions = [...further, chosen]; // the canton last: it holds whatever the address names
  chosen = null;
  byId("texts").hidden = true;
  queue.decide([current], decisions);
  show();
}

function backToCanton() {
  chosen = null;
  byId("texts").hidden = true;
  byId("stage").focus({ preventScroll: true });
}

/** There is no address, so the row does not count, whatever was read. */
function withoutAddress() {
  if (!current) return;
  const { key, second } = current.question;
  announce(say("incomplete"));
  queue.decide([current], [{ key, field: "status", value: "incomplete", second }]);
  show();
}

function later() {
  if (current) queue.decide([current], []);
  show();
}

async function undo() {
  if (await queue.undo()) announce(say("undone"));
}

/** Search for what stands in the field, and return what is found. */
async function look() {
  const mine = ++asked;
  const text = search.value.trim();
  /** @type {{ places: Candidate[] }} */
  const answer = text ? await ask(`/places?page=${current?.question.pageId ?? ""}&text=${encodeURIComponent(text)}`) : { places: [] };
  if (mine === asked) {
    list(answer.places);
    if (text) announce(say(answer.places.length ? "hits" : "no-hits", { n: answer.places.length, first: answer.places[0]?.value ?? "" }));
  }
  return found;
}

/** Take the best place for the newest letters; keys pressed while the answer is on its way wait for it. */
async function takeFirst() {
  /** @type {string[]} */
  const early = [];
  held = (key) => early.push(key);
  try {
    const [best] = await look();
    if (best) decide(best.value);
  } finally {
    held = null;
  }
  for (const key of early) press(key);
}

/** @type {Record<string, () => unknown>} */
const SEARCH_KEYS = {
  Enter: takeFirst,
  ArrowDown: () => byId("found").querySelector("button")?.focus(),
};

/** @type {Record<string, () => unknown>} */
const KEYS = {
  0: () => decide("unknown"),
  "-": () => decide("abroad"),
  ".": withoutAddress,
  PageDown: later,
  Backspace: undo,
  "/": () => search.focus(),
};

/**
 * Do what a key means outside the search.
 *
 * @param {string} key
 * @returns {boolean} false where it means nothing
 */
function press(key) {
  const candidate = /^[1-9]$/.test(key) ? current?.question.candidates[Number(key) - 1] : undefined;
  if (candidate) {
    decide(candidate.value);
  } else if (KEYS[key]) {
    KEYS[key]();
  } else if (/^\p{Letter}$/u.test(key)) {
    search.focus();
    search.value += key;
    look();
  } else {
    return false;
  }
  return true;
}

document.addEventListener("keydown", (event) => {
  const control = event.ctrlKey || event.metaKey;
  if (chosen) {
    if (event.key === "Enter" && event.target === byId("back")) return;
    if (event.key === "Enter" && !event.shiftKey) keepTexts();
    else if (event.key === "Escape") backToCanton();
    else return;
    event.preventDefault();
    return;
  }
  if (held && !control) {
    held(event.key);
    event.preventDefault();
  } else if (control && event.key === "z" && !search.value) {
    undo();
    event.preventDefault();
  } else if (event.target === search) {
    if (event.key === "Escape") {
      search.value = "";
      list([]);
      byId("stage").focus();
    } else if (SEARCH_KEYS[event.key]) {
      SEARCH_KEYS[event.key]();
      event.preventDefault();
    }
  } else if (!control && !event.altKey && press(event.key)) {
    event.preventDefault();
  }
});
search.addEventListener("input", look);
for (const field of Object.values(texts)) field.addEventListener("focus", () => field.select());
byId("back").addEventListener("click", backToCanton);
byId("keep-texts").addEventListener("click", keepTexts);
byId("unknown").addEventListener("click", () => decide("unknown"));
byId("abroad").addEventListener("click", () => decide("abroad"));
byId("without").addEventListener("click", withoutAddress);
byId("later").addEventListener("click", later);
keyAround(() => current?.question);
byId("undo").addEventListener("click", undo);
queue.fill();
