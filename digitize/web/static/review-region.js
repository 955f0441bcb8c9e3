// Which canton? The row, the candidates as number keys, and a search that starts with the first letter typed.
// Where it is open whether the row counts, too, this is asked with the canton: a row comes once.

import { keyAround, pageLink } from "./around.js";
import { byId, say } from "./common.js";
import { PlaceSearch, placeButton } from "./place-search.js";
import { Queue, announce, showState, where } from "./queue.js";

const AHEAD = 10;
const queue = new Queue("region", AHEAD, ["picture", "cell"], show);
const search = new PlaceSearch(() => current?.question.pageId, decide);
/** @type {import("./queue.js").Loaded | null} */
let current = null;
/** @type {import("./queue.js").Decision[] | null} */
let chosen = null; // that it counts, and the canton, while name or address of the same row are still in question
const texts = { name: byId("text-name", HTMLInputElement), address: byId("text-address", HTMLTextAreaElement) };

function show() {
  const [next] = queue.first();
  if (next !== current) {
    chosen = null;
    byId("texts").hidden = true;
  }
  if (next && next !== current) {
    current = next;
    const { question } = next;
    byId("picture").replaceChildren(next.picture("picture"));
    byId("where").replaceChildren(pageLink(question, where(question)));
    byId("name").textContent = question.name;
    byId("address").textContent = question.address;
    byId("reasons").textContent = [question.second ? say("second") : "", ...question.reasons].join(" ");
    askCount(next);
    search.clear();
    const { candidates } = question;
    byId("candidates").replaceChildren(...candidates.map((each, place) => placeButton(each, String(place + 1), decide)));
    byId("stage").focus({ preventScroll: true });
    const spoken = candidates.map((each, place) => `${place + 1} ${each.region} ${each.place}`);
    announce([...question.doubts, question.address, ...spoken].join("; "));
  } else if (!next) {
    current = null;
  }
  showState(queue);
}

/**
 * Say what is asked, and show the cell in doubt where it is open whether the row counts.
 *
 * @param {import("./queue.js").Loaded} asked
 */
function askCount(asked) {
  const { asksCount, asksCanton, doubts } = asked.question;
  byId("question").textContent = say([asksCount ? "count" : "", asksCanton ? "canton" : ""].filter(Boolean).join("-"));
  byId("doubt").hidden = !asksCount;
  byId("yes").hidden = asksCanton;
  byId("by-canton").hidden = !asksCanton;
  byId("doubts").textContent = doubts.join(" ");
  byId("doubtful").replaceChildren(asked.picture("cell"));
}

/** @param {string} value of a candidate, "unknown" or "abroad" */
function decide(value) {
  if (!current) return;
  const { key, second } = current.question;
  announce(value);
  goOn([...itCounts(), { key, field: "canton", value, second }]);
}

/** The row counts, in the canton that was read. */
function counts() {
  if (!current?.question.asksCount || current.question.asksCanton) return;
  announce(say("signed"));
  goOn(itCounts());
}

/** @returns {import("./queue.js").Decision[]} that the row counts, if that is asked */
function itCounts() {
  if (!current?.question.asksCount) return [];
  const { key, second, yes } = current.question;
  return [{ key, field: "status", value: yes, second }];
}

/** @param {import("./queue.js").Decision[]} decisions on the row, to which those on its texts may come */
function goOn(decisions) {
  chosen = decisions;
  if (current?.question.weakName || current?.question.weakAddress) askTexts();
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

/** @param {import("./queue.js").Decision[]} further decisions on the row, on its texts */
function finish(further) {
  if (!current || !chosen) return;
  const decisions = [...further, ...chosen]; // the canton last: it holds whatever the address names
  queue.decide([current], decisions);
  show();
}

function backToCanton() {
  chosen = null;
  byId("texts").hidden = true;
  byId("stage").focus({ preventScroll: true });
}

/**
 * The row does not count, whatever was read.
 *
 * @param {string} status
 */
function countNot(status) {
  if (!current) return;
  const { key, second } = current.question;
  announce(say(status));
  queue.decide([current], [{ key, field: "status", value: status, second }]);
  show();
}

/** There is no address. */
const withoutAddress = () => countNot("incomplete");

function doesNotCount() {
  if (current?.question.asksCount) countNot(current.question.no);
}

function later() {
  if (current) queue.decide([current], []);
  show();
}

async function undo() {
  if (await queue.undo()) announce(say("undone"));
}

/** @type {Record<string, () => unknown>} */
const SEARCH_KEYS = {
  Enter: () => search.takeFirst(press),
  ArrowDown: () => byId("found").querySelector("button")?.focus(),
};

/** @type {Record<string, () => unknown>} */
const KEYS = {
  0: () => decide("unknown"),
  "-": () => decide("abroad"),
  ".": withoutAddress,
  "+": counts,
  Delete: doesNotCount,
  PageDown: later,
  Backspace: undo,
  "/": () => search.field.focus(),
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
    search.add(key);
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
  if (!control && search.hold(event.key)) {
    event.preventDefault();
  } else if (control && event.key === "z" && !search.field.value) {
    undo();
    event.preventDefault();
  } else if (event.target === search.field) {
    if (event.key === "Escape") {
      search.clear();
      byId("stage").focus();
    } else if (SEARCH_KEYS[event.key]) {
      SEARCH_KEYS[event.key]();
      event.preventDefault();
    }
  } else if (!control && !event.altKey && press(event.key)) {
    event.preventDefault();
  }
});
for (const field of Object.values(texts)) field.addEventListener("focus", () => field.select());
byId("back").addEventListener("click", backToCanton);
byId("keep-texts").addEventListener("click", keepTexts);
byId("unknown").addEventListener("click", () => decide("unknown"));
byId("abroad").addEventListener("click", () => decide("abroad"));
byId("without").addEventListener("click", withoutAddress);
byId("yes").addEventListener("click", counts);
byId("no").addEventListener("click", doesNotCount);
byId("later").addEventListener("click", later);
keyAround(() => current?.question);
byId("undo").addEventListener("click", undo);
queue.fill();
