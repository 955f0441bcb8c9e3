// Settle a page: type its rows in, say what it is, have it read again.  Nothing that was typed is lost.

import { byId, inside, make, say } from "./common.js";
import { Corners, onScan, onTurned } from "./corners.js";

/** @typedef {import("./corners.js").Corner} Corner */
/** @typedef {Record<string, string>} Line what was typed into one line */

const STEP = 1.25;
const MOST = 6;
const root = byId("settle");
const page = root.dataset.page ?? "";
const draft = `digitize-settle-${page}`; // what was typed, until it is saved or the tab is closed
const picture = byId("picture", HTMLImageElement);
const drawing = byId("corners", SVGSVGElement);
const corners = new Corners(drawing, () => { dirty = true; });
const first = Number(root.dataset.first);
let zoom = 1;
let turn = Number(root.dataset.turn || 0);
let original = !picture.dataset.straight;
let dirty = false;

function showPicture() {
  const source = original ? `${picture.dataset.original}?turn=${turn}` : picture.dataset.straight;
  if (picture.getAttribute("src") !== source) picture.src = source ?? "";
  drawing.toggleAttribute("hidden", !marking());
  corners.draw();
}

/** @param {number} wanted */
function zoomTo(wanted) {
  zoom = Math.min(MOST, Math.max(1, wanted));
  byId("frame").style.width = `${zoom * 100}%`;
}

const marking = () => byId("mark").getAttribute("aria-pressed") === "true";

/**
 * Add an empty line to one of the two tables.
 *
 * @param {"rows" | "counts"} table
 * @param {Line} [values]
 */
function addLine(table, values = {}) {
  const template = byId(table === "rows" ? "line" : "count", HTMLTemplateElement);
  const line = /** @type {HTMLTableRowElement} */ (document.importNode(inside(template.content, "tr"), true));
  for (const each of fields(line)) if (values[each.name] !== undefined) each.value = values[each.name];
  inside(byId(table), "tbody").append(line);
  return line;
}

/**
 * @param {ParentNode} line
 * @returns {(HTMLInputElement | HTMLSelectElement)[]} its fields, without the tick
 */
function fields(line) {
  return [...line.querySelectorAll("input:not([type=checkbox]), select")].map((each) => /** @type {any} */ (each));
}

/** @param {"rows" | "counts"} table */
const lines = (table) => [...inside(byId(table), "tbody").querySelectorAll("tr")];

/**
 * What was typed into a line.
 *
 * @param {HTMLTableRowElement} line
 * @returns {Line}
 */
function typed(line) {
  return Object.fromEntries(fields(line).map((each) => [each.name, each.value.trim()]));
}

/** @param {HTMLTableRowElement} line whether somebody has said something about it */
function isUsed(line) {
  const { number, status, ...rest } = typed(line);
  return Object.values(rest).some(Boolean) || (status !== undefined && status !== "signed");
}

/**
 * Where the cursor goes with Enter: to the same field of the next row, which is added if it is missing.
 *
 * @param {HTMLTableRowElement} line
 * @param {"rows" | "counts"} table
 */
function nextLine(line, table) {
  const every = lines(table);
  const place = every.indexOf(line);
  const next = every[place + 1] ?? addLine(table, table === "rows" ? { number: String(Number(typed(line).number) + 1 || "") } : {});
  const start = fields(next)[table === "rows" ? 2 : 0];
  start.focus();
  if (start instanceof HTMLInputElement) start.select();
}

/** @param {string} text */
function tell(text) {
  byId("alert").replaceChildren(make("p", { class: "warning" }, text));
}

/**
 * Send something and go on: to the next page of the queue, or to this one as it is now.
 *
 * @param {Record<string, unknown>} body
 * @param {HTMLTableRowElement[]} [sent] the lines that `at` of a refusal counts
 */
async function send(body, sent = []) {
  for (const each of document.querySelectorAll(".problem")) each.remove();
  for (const each of document.querySelectorAll("[aria-invalid]")) each.removeAttribute("aria-invalid");
  const headers = { "Content-Type": "application/json", "X-CSRF-Token": document.querySelector("meta[name=csrf]")?.getAttribute("content") ?? "" };
  let answer;
  try {
    const asked = await fetch(`/pages/${page}/settle`, { method: "POST", headers, body: JSON.stringify(body), credentials: "same-origin" });
    answer = { status: asked.status, body: await asked.json() };
  } catch {
    tell(say("offline"));
    return;
  }
  if (answer.status === 200) leave(answer.body.next, body);
  else refuse(body.do === "read" && answer.body.code === "unreadable" ? { code: "crossed" } : answer.body, sent);
}

/**
 * @param {{ at?: number, field?: string, code: string, cantons?: string }} problem
 * @param {HTMLTableRowElement[]} sent
 */
function refuse(problem, sent) {
  const line = problem.at === undefined ? undefined : sent[problem.at];
  const field = line && fields(line).find((each) => each.name === problem.field);
  const text = say(problem.field === "count" ? "count" : problem.code, { cantons: problem.cantons ?? "" });
  if (!line || !field) {
    tell(text);
    return;
  }
  const id = `problem-${problem.at}`;
  field.setAttribute("aria-invalid", "true");
  field.setAttribute("aria-describedby", id);
  if (problem.code === "taken") line.querySelector(".twice")?.removeAttribute("hidden");
  line.after(make("tr", { class: "problem" }, make("td", { colspan: "5", id, role: "alert" }, text)));
  field.focus();
}

/**
 * @param {number | null} next
 * @param {Record<string, unknown>} body
 */
function leave(next, body) {
  dirty = false;
  if (body.do !== "comment" && body.do !== "read" && body.do !== "petition") sessionStorage.removeItem(draft);
  if (!root.dataset.queue || body.do === "comment" || body.do === "petition") location.reload();
  else location.assign(next === null ? "/review" : `/pages/${next}/settle?queue=1`);
}

function saveRows() {
  const used = lines("rows").filter(isUsed);
  if (!used.length) {
    tell(say("nothing"));
    return;
  }
  const rows = used.map((line) => ({ ...typed(line), again: inside(line, "[name=again]", HTMLInputElement).checked }));
  send({ do: "rows", rows, instead: instead() }, used);
}

function saveCounts() {
  const used = lines("counts").filter((line) => typed(line).count);
  if (used.length) send({ do: "counts", counts: used.map(typed), instead: instead() }, used);
  else tell(say("nothing"));
}

function instead() {
  const tick = document.getElementById("instead");
  return tick instanceof HTMLInputElement && tick.checked;
}

function readAgain() {
  const marked = marking() ? corners.points.map((corner) => onScan(corner, turn)) : [];
  const turned = byId("turned", HTMLSelectElement).value || (marking() ? String(turn) : "");
  const rounded = marked.map((corner) => corner.map((share) => Math.round(share * 10000) / 10000));
  send({ do: "read", turn: turned, form: byId("form", HTMLSelectElement).value, corners: rounded });
}

/** Keep what was typed for this tab, so that a reload or a restart of the server loses nothing. */
function keepDraft() {
  dirty = true;
  const values = { rows: lines("rows").filter(isUsed).map(typed), counts: lines("counts").map(typed) };
  sessionStorage.setItem(draft, JSON.stringify(values));
}

function restoreDraft() {
  /** @type {{ rows?: Line[], counts?: Line[] }} */
  const kept = JSON.parse(sessionStorage.getItem(draft) ?? "{}");
  for (const values of kept.rows ?? []) addLine("rows", values);
  for (const values of kept.counts ?? []) if (values.count) addLine("counts", values);
  if (kept.rows?.length) byId("spoken").textContent = say("restored");
}

root.addEventListener("input", keepDraft);
root.addEventListener("keydown", (event) => {
  const line = event.target instanceof Element ? event.target.closest("tr") : null;
  const table = line?.closest("table")?.id;
  if (event.key !== "Enter" || !line || (table !== "rows" && table !== "counts")) return;
  event.preventDefault();
  if (event.ctrlKey || event.metaKey) (table === "rows" ? saveRows : saveCounts)();
  else nextLine(line, table);
});
document.addEventListener("keydown", (event) => {
  if (event.key === "PageDown" && root.dataset.queue) location.assign(`/review/pages?after=${page}`);
});
addEventListener("beforeunload", (event) => {
  if (dirty) event.preventDefault();
});
for (const button of root.querySelectorAll("button[data-content], button[data-do]")) {
  const { content, file, back } = /** @type {HTMLElement} */ (button).dataset;
  button.addEventListener("click", () => {
    send(content ? { do: "content", content } : { do: "trash", file: Boolean(file), back: Boolean(back) });
  });
}
byId("save-rows").addEventListener("click", saveRows);
byId("save-counts").addEventListener("click", saveCounts);
byId("read").addEventListener("click", readAgain);
document.getElementById("move")?.addEventListener("click", () => {
  send({ do: "petition", petition: byId("petition", HTMLInputElement).value });
});
document.getElementById("as-printed")?.addEventListener("click", () => send({ do: "petition", petition: "" }));
byId("save-comment").addEventListener("click", () => send({ do: "comment", comment: byId("comment", HTMLTextAreaElement).value }));
byId("smaller").addEventListener("click", () => zoomTo(zoom / STEP));
byId("larger").addEventListener("click", () => zoomTo(zoom * STEP));
byId("turn").addEventListener("click", () => {
  const before = turn;
  turn = (turn + 90) % 360;
  original = true;
  corners.points = corners.points.map((corner) => onTurned(onScan(corner, before), turn));
  byId("turned", HTMLSelectElement).value = String(turn);
  showPicture();
});
document.getElementById("original")?.addEventListener("click", (event) => {
  original = !original;
  /** @type {HTMLElement} */ (event.currentTarget).setAttribute("aria-pressed", String(original));
  showPicture();
});
byId("mark").addEventListener("click", () => {
  byId("mark").setAttribute("aria-pressed", String(!marking()));
  original = true;
  showPicture();
});
picture.addEventListener("load", () => corners.draw());

const kept = /** @type {Corner[]} */ (JSON.parse(root.dataset.corners || "[]"));
if (kept.length) {
  corners.points = kept.map((corner) => onTurned(corner, turn));
  byId("mark").setAttribute("aria-pressed", "true");
  original = true;
}
restoreDraft();
if (!lines("rows").length) addLine("rows", { number: String(first) });
addLine("counts");
showPicture();
fields(lines("rows")[0])[2].focus();
