// The first page: scans are dropped here, and the figures follow what is read.

import { ask, byId, make, say } from "./common.js";

const BUSY_MS = 1000;
const IDLE_MS = 4000;
const csrf = document.querySelector('meta[name="csrf"]').content;
const sending = []; // files that travel: {name, item}
let shown = "";

/** Send the files one after the other; each has a line that shows how far it is. */
async function send(files) {
  const lines = [...files].map((file) => [file, line(file.name)]);
  byId("queue").prepend(...lines.map(([, item]) => item.element));
  for (const [file, item] of lines) {
    sending.push(item);
    const trouble = await upload(file, (share) => item.show(say("sending", { n: Math.round(share * 100) }), share));
    sending.splice(sending.indexOf(item), 1);
    item.element.classList.toggle("refused", Boolean(trouble));
    if (trouble) item.show(say("refused", { why: say(trouble) }));
    else item.element.remove();
    refresh();
  }
}

/** Resolves to nothing, or to the word for what went wrong. */
function upload(file, progress) {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open("POST", `/scans?name=${encodeURIComponent(file.name)}`);
    request.setRequestHeader("X-CSRF-Token", csrf);
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.upload.addEventListener("progress", (event) => progress(event.loaded / Math.max(1, event.total)));
    request.addEventListener("load", () => {
      const troubles = { 200: "", 413: "large", 415: "kind" };
      resolve(troubles[request.status] ?? "trouble");
    });
    request.addEventListener("error", () => resolve("trouble"));
    request.send(file);
  });
}

function line(name) {
  const text = make("span", { class: "small quiet" });
  const bar = make("progress", { max: 1, value: 0, "aria-label": name });
  const element = make("li", {}, make("span", { class: "name", title: name }, name), text, bar);
  const show = (told, share) => {
    text.textContent = told;
    bar.hidden = share === undefined;
    if (share !== undefined) bar.value = share;
  };
  return { element, show };
}

/** Show the queue, and the figures anew where something has changed. */
async function refresh() {
  const progress = await ask("/progress");
  const items = progress.files.map((file) => {
    const item = line(file.name);
    item.show(file.pages ? say("read", { stage: say(file.stage), n: file.pages }) : say(file.stage));
    item.element.className = file.stage;
    return item.element;
  });
  byId("queue").replaceChildren(...sending.map((item) => item.element), ...refused(), ...items);
  tell(progress);
  const mark = `${progress.work} ${progress.done}`;
  if (mark !== shown) {
    if (shown) await figures();
    shown = mark;
  }
  return progress.busy || sending.length > 0;
}

const refused = () => [...byId("queue").children].filter((each) => each.classList.contains("refused"));

/** One line about the reading, with a bar while it goes on. */
function tell(progress) {
  const working = progress.work === "working" && progress.pages > 0;
  byId("reading").hidden = !working;
  if (working) Object.assign(byId("reading"), { max: progress.pages, value: progress.done });
  byId("stopped").hidden = progress.work !== "stopped";
  byId("unwritten").hidden = !progress.unwritten;
  byId("why").textContent = progress.sentence;
  const left = progress.secondsLeft === null ? "" : say("left", { time: time(progress.secondsLeft) });
  const reading = say("reading", { done: progress.done, total: progress.pages, left });
  const text = `${working ? reading : say(`work-${progress.work}`)} ${progress.sentence}`.trim();
  if (byId("state").textContent !== text) byId("state").textContent = text;
}

const time = (seconds) =>
  seconds < 90 ? say("seconds", { n: Math.ceil(seconds) }) : say("minutes", { n: Math.round(seconds / 60) });

async function figures() {
  const answer = await fetch("/figures");
  if (!answer.ok) return;
  const made = new DOMParser().parseFromString(await answer.text(), "text/html");
  byId("figures").replaceChildren(...made.body.children);
}

async function watch() {
  let busy = false;
  try {
    busy = await refresh();
  } catch {
    byId("state").textContent = say("trouble");
  }
  setTimeout(watch, busy ? BUSY_MS : IDLE_MS);
}

const drop = byId("drop");
byId("files").addEventListener("change", (event) => {
  send(event.target.files);
  event.target.value = "";
});
for (const name of ["dragenter", "dragover"]) {
  drop.addEventListener(name, (event) => {
    event.preventDefault();
    drop.classList.add("over");
  });
}
for (const name of ["dragleave", "drop"]) drop.addEventListener(name, () => drop.classList.remove("over"));
drop.addEventListener("drop", (event) => {
  event.preventDefault();
  send(event.dataTransfer.files);
});
for (const name of ["dragover", "drop"]) document.addEventListener(name, (event) => event.preventDefault());
byId("restart").addEventListener("click", () => ask("/restart", {}).then(refresh));
watch();
