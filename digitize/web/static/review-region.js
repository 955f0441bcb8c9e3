// Which canton? The row, the candidates as number keys, and a search that starts with the first letter typed.

import { ask, byId, make, say } from "./common.js";
import { Queue, announce, picture, showState } from "./queue.js";

const AHEAD = 10;
const queue = new Queue("region", AHEAD, show);
const search = byId("search");
let current = null;
let found = [];
let held = null; // takes the keys while a search that Enter has ended is on its way
let asked = 0; // number of the newest search: an older answer must not overwrite it

function show() {
  const [question] = queue.first();
  if (question && question !== current) {
    current = question;
    byId("picture").replaceChildren(picture(question, "picture"));
    byId("where").textContent = say("where", { file: question.file, page: question.page, row: question.number });
    byId("name").textContent = question.name;
    byId("address").textContent = question.address;
    byId("reasons").textContent = [question.second ? say("second") : "", ...question.reasons].join(" ");
    search.value = "";
    list([]);
    byId("candidates").replaceChildren(...question.candidates.map(choice));
    byId("stage").focus({ preventScroll: true });
    const spoken = question.candidates.map((each, place) => `${place + 1} ${each.region} ${each.place}`);
    announce([question.address, ...spoken].join("; "));
  } else if (!question) {
    current = null;
  }
  showState(queue);
}

function choice(each, place) {
  const share = each.share === undefined ? "" : `${Math.round(each.share * 100)} %`;
  const button = make(
    "button",
    { class: "choice", type: "button" },
    make("kbd", {}, String(place + 1)),
    make("strong", {}, say(each.region)),
    make("span", { class: "place" }, each.place),
    make("span", { class: "share" }, share),
  );
  button.addEventListener("click", () => decide(each.value));
  return make("li", {}, button);
}

function list(places) {
  found = places;
  byId("found").replaceChildren(...places.map((each, place) => {
    const item = choice(each, place);
    item.querySelector("kbd").textContent = place === 0 ? "↵" : "";
    item.querySelector("kbd").classList.toggle("void", place > 0);
    return item;
  }));
  search.setAttribute("aria-expanded", String(places.length > 0));
}

function decide(value) {
  if (!current) return;
  const question = current;
  announce(value);
  queue.decide([question], [{ key: question.key, field: "canton", value, second: question.second }]);
  show();
}

function later() {
  if (current) queue.decide([current], []);
  show();
}

async function undo() {
  if (await queue.undo()) announce(say("undone"));
}

async function look() {
  const mine = ++asked;
  const text = search.value.trim();
  const answer = text ? await ask(`/places?text=${encodeURIComponent(text)}`) : { places: [] };
  if (mine === asked) {
    list(answer.places);
    if (text) announce(say("hits", { n: answer.places.length, first: answer.places[0]?.value ?? "" }));
  }
  return found;
}

const FIXED = { 0: "unknown", "-": "abroad" };

/** Take the best place for the newest letters; keys pressed while the answer is on its way wait for it. */
async function takeFirst() {
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

function inSearch(event) {
  if (event.key === "Enter") {
    event.preventDefault();
    takeFirst();
  } else if (event.key === "ArrowDown") {
    event.preventDefault();
    byId("found").querySelector("button")?.focus();
  } else if (event.key === "Escape") {
    search.value = "";
    list([]);
    byId("stage").focus();
  }
}

/** What a key means outside the search; false where it means nothing. */
function press(key) {
  const candidate = /^[1-9]$/.test(key) ? current?.candidates[Number(key) - 1] : undefined;
  if (candidate) decide(candidate.value);
  else if (FIXED[key]) decide(FIXED[key]);
  else if (key === "PageDown") later();
  else if (key === "Backspace") undo();
  else if (key === "/") search.focus();
  else if (/^\p{Letter}$/u.test(key)) {
    search.focus();
    search.value += key;
    look();
  } else return false;
  return true;
}

document.addEventListener("keydown", (event) => {
  const control = event.ctrlKey || event.metaKey;
  if (held && !control) {
    held(event.key);
    event.preventDefault();
  } else if (control && event.key === "z" && !search.value) {
    undo();
    event.preventDefault();
  } else if (event.target === search) inSearch(event);
  else if (!control && !event.altKey && press(event.key)) event.preventDefault();
});
search.addEventListener("input", look);
byId("unknown").addEventListener("click", () => decide("unknown"));
byId("abroad").addEventListener("click", () => decide("abroad"));
byId("later").addEventListener("click", later);
byId("undo").addEventListener("click", undo);
queue.fill();
