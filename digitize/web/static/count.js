// The first page: scans are dropped here, and the figures follow what is read.

import { ask, byId, csrf, make, say } from "./common.js";

/**
 * @typedef {object} Line a file in the list: its element, and what it says with how far the file is (0..1)
 * @property {HTMLLIElement} element
 * @property {(text: string, share?: number) => void} show
 *
 * @typedef {object} Progress what the server says of the reading
 * @property {string} work
 * @property {string} sentence
 * @property {number} pages
 * @property {number} done
 * @property {number | null} secondsLeft
 * @property {boolean} busy
 * @property {boolean} unwritten the tables could not be written
 * @property {{ name: string, stage: string, pages: number }[]} files that are not finished
 * @property {string} newest what happened to the newest files, as HTML
 */

const BUSY_MS = 1000;
const IDLE_MS = 4000;
/** @type {Record<number, string>} */
const TROUBLES = { 200: "", 413: "large", 415: "kind", 507: "room" }; // texts for the answers to an upload
/** @type {Line[]} */
const sending = []; // files that travel
const reading = byId("reading", HTMLProgressElement);
let shown = "";

/**
 * Send the files one after the other; each has a line that shows how far it is.
 *
 * @param {Iterable<File>} files
 */
async function send(files) {
  const lines = [...files].map((file) => ({ file, item: line(file.name) }));
  byId("queue").prepend(...lines.map(({ item }) => item.element));
  for (const { file, item } of lines) {
    sending.push(item);
    const trouble = await upload(file, (share) => item.show(say("sending", { n: Math.round(share * 100) }), share));
    sending.splice(sending.indexOf(item), 1);
    item.element.classList.toggle("refused", Boolean(trouble));
    if (!trouble || (await tellRefused(file.name, trouble))) item.element.remove();
    else item.show(say("refused", { why: say(trouble) }));
    refresh();
  }
}

/**
 * Have the server keep that a file was refused, so that it stays listed; return whether that worked.
 *
 * @param {string} name
 * @param {string} why
 */
async function tellRefused(name, why) {
  try {
    await ask("/scans/refused", { name, why });
    return true;
  } catch {
    return false;
  }
}

/**
 * Upload a file; resolves to the name of the text for what went wrong, empty if nothing did.
 *
 * @param {File} file
 * @param {(share: number) => void} progress is told the share (0..1) that has arrived
 * @returns {Promise<string>}
 */
function upload(file, progress) {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    const day = byId("received", HTMLInputElement).value;
    request.open("POST", `/scans?name=${encodeURIComponent(file.name)}&received=${day}`);
    request.setRequestHeader("X-CSRF-Token", csrf);
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.upload.addEventListener("progress", (event) => progress(event.loaded / Math.max(1, event.total)));
    request.addEventListener("load", () => resolve(TROUBLES[request.status] ?? "trouble"));
    request.addEventListener("error", () => resolve("trouble"));
    request.send(file);
  });
}

/**
 * Make the line of a file in the list.
 *
 * @param {string} name
 * @returns {Line}
 */
function line(name) {
  const text = make("span", { class: "small quiet" });
  const bar = make("progress", { max: 1, value: 0, "aria-label": name });
  const element = make("li", {}, make("span", { class: "name", title: name }, name), text, bar);
  return {
    element,
    show(told, share) {
      text.textContent = told;
      bar.hidden = share === undefined;
      if (share !== undefined) bar.value = share;
    },
  };
}

/** Show the list of files, and the figures anew where something has changed; return whether work goes on. */
async function refresh() {
  /** @type {Progress} */
  const progress = await ask("/progress");
  const items = progress.files.map((file) => {
    const item = line(file.name);
    item.show(file.pages ? say("read", { stage: say(file.stage), n: file.pages }) : say(file.stage));
    item.element.className = file.stage;
    return item.element;
  });
  byId("queue").replaceChildren(...sending.map((item) => item.element), ...refused(), ...items);
  const made = new DOMParser().parseFromString(progress.newest, "text/html");
  if (byId("newest").textContent !== made.body.textContent) byId("newest").replaceChildren(...made.body.childNodes);
  tell(progress);
  const mark = `${progress.work} ${progress.done}`;
  if (mark !== shown) {
    if (shown) await figures();
    shown = mark;
  }
  return progress.busy || sending.length > 0;
}

const refused = () => [...byId("queue").children].filter((each) => each.classList.contains("refused"));

/**
 * Say in one line how the reading goes, with a bar while it goes on.
 *
 * @param {Progress} progress
 */
function tell(progress) {
  const working = progress.work === "working" && progress.pages > 0;
  reading.hidden = !working;
  if (working) Object.assign(reading, { max: progress.pages, value: progress.done });
  byId("stopped").hidden = progress.work !== "stopped";
  byId("unwritten").hidden = !progress.unwritten;
  byId("why").textContent = progress.sentence;
  const left = progress.secondsLeft === null ? "" : say("left", { time: time(progress.secondsLeft) });
  const state = working
    ? say("reading", { n: progress.pages, done: progress.done, total: progress.pages, left })
    : say(`work-${progress.work}`);
  const text = `${state} ${progress.sentence}`.trim();
  if (byId("state").textContent !== text) byId("state").textContent = text;
}

/** @param {number} seconds */
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
    byId("state").textContent = say("silent");
  }
  setTimeout(watch, busy ? BUSY_MS : IDLE_MS);
}

for (const id of ["files", "folder"]) {
  const chooser = byId(id, HTMLInputElement);
  chooser.addEventListener("change", () => {
    send([...(chooser.files ?? [])].filter(visible));
    chooser.value = "";
  });
}

/** @param {File} file none that a system keeps for itself in a folder */
function visible(file) {
  return !file.name.startsWith(".") && !["thumbs.db", "desktop.ini"].includes(file.name.toLowerCase());
}

/**
 * The files in something dropped, which may be a folder.
 *
 * @param {FileSystemEntry} entry
 * @returns {Promise<File[]>}
 */
async function filesIn(entry) {
  if (entry instanceof FileSystemFileEntry) return [await new Promise((done, fail) => entry.file(done, fail))];
  if (!(entry instanceof FileSystemDirectoryEntry)) return [];
  const reader = entry.createReader();
  const found = [];
  for (;;) {
    /** @type {FileSystemEntry[]} */
    const some = await new Promise((done, fail) => reader.readEntries(done, fail)); // at most 100 at a time
    if (!some.length) return found.flat();
    for (const each of some) found.push(await filesIn(each));
  }
}

/**
 * Send what was dropped.
 *
 * @param {DataTransfer | null} dropped
 */
async function take(dropped) {
  const entries = [...(dropped?.items ?? [])].flatMap((item) => item.webkitGetAsEntry() ?? []);
  const files = [...(dropped?.files ?? [])];
  const found = entries.length ? (await Promise.all(entries.map(filesIn))).flat() : files;
  send(found.filter(visible));
}

const mayAdd = byId("drop").closest("[hidden]") === null;
for (const name of ["dragenter", "dragover"]) {
  document.addEventListener(name, (event) => {
    event.preventDefault();
    document.body.classList.toggle("dropping", mayAdd);
  });
}
document.addEventListener("dragleave", (event) => {
  if (event.relatedTarget === null) document.body.classList.remove("dropping");
});
document.addEventListener("drop", (event) => {
  event.preventDefault();
  document.body.classList.remove("dropping");
  if (mayAdd) take(event.dataTransfer);
});
byId("restart").addEventListener("click", () => ask("/restart", {}).then(refresh));
watch();
