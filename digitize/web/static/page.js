// One page: zoom, the marks on and off, the original beside it, and a row with its history.

import { byId, closest, inside, writing } from "./common.js";

const STEP = 1.25;
const MOST = 6;
const view = byId("straight");
const figure = view.querySelector("figure");
const scan = byId("scan");
let zoom = 1;

/** @param {number} wanted 1 fits the page into its part of the screen */
function zoomTo(wanted) {
  const before = zoom;
  zoom = Math.min(MOST, Math.max(1, wanted));
  const middle = { x: view.scrollLeft + view.clientWidth / 2, y: view.scrollTop + view.clientHeight / 2 };
  for (const each of [figure, scan.querySelector("figure")]) if (each) each.style.width = `${zoom * 100}%`;
  view.scrollLeft = (middle.x * zoom) / before - view.clientWidth / 2;
  view.scrollTop = (middle.y * zoom) / before - view.clientHeight / 2;
}

/**
 * Press or release a button and return whether it is pressed now.
 *
 * @param {HTMLElement} button
 */
function toggle(button) {
  const pressed = button.getAttribute("aria-pressed") !== "true";
  button.setAttribute("aria-pressed", String(pressed));
  return pressed;
}

function showMarks() {
  document.getElementById("overlay")?.toggleAttribute("hidden", !toggle(byId("marks")));
}

function showOriginal() {
  const shown = toggle(byId("original"));
  const image = inside(scan, "img", HTMLImageElement);
  if (!image.src) image.src = image.dataset.src ?? "";
  scan.hidden = !shown;
  byId("page").classList.toggle("both", shown);
}

/**
 * Mark a row in the picture and in the list, and show all that is known of it.
 *
 * @param {string} index
 */
async function choose(index) {
  for (const each of document.querySelectorAll(".chosen")) each.classList.remove("chosen");
  for (const each of document.querySelectorAll(`[data-row="${index}"]`)) each.classList.add("chosen");
  document.getElementById(`row-${index}`)?.classList.add("chosen");
  const mark = document.querySelector(`rect[data-row="${index}"]`);
  if (mark) {
    const at = mark.getBoundingClientRect();
    const frame = view.getBoundingClientRect();
    if (at.top < frame.top || at.bottom > frame.bottom) view.scrollTop += at.top - frame.top - frame.height / 3;
  }
  history.replaceState(null, "", `#r${index}`);
  const answer = await fetch(`${location.pathname}/rows/${index}`);
  if (answer.ok) {
    const made = new DOMParser().parseFromString(await answer.text(), "text/html");
    const detail = byId("detail");
    detail.replaceChildren(...made.body.children);
    if (detail.parentElement) detail.parentElement.scrollTop = 0;
  }
}

/** @type {Record<string, () => void>} */
const KEYS = {
  "+": () => zoomTo(zoom * STEP),
  "-": () => zoomTo(zoom / STEP),
  0: () => zoomTo(1),
  m: showMarks,
  o: showOriginal,
};

byId("smaller").addEventListener("click", () => zoomTo(zoom / STEP));
byId("larger").addEventListener("click", () => zoomTo(zoom * STEP));
byId("fit").addEventListener("click", () => zoomTo(1));
byId("marks").addEventListener("click", showMarks);
byId("original").addEventListener("click", showOriginal);
document.addEventListener("click", (event) => {
  const row = closest(event, "[data-row]");
  if (row?.dataset.row) choose(row.dataset.row);
});
document.addEventListener("keydown", (event) => {
  if (writing(event) || event.ctrlKey || event.altKey || event.metaKey) return;
  KEYS[event.key]?.();
});
view.addEventListener("wheel", (event) => {
  if (!event.ctrlKey) return;
  event.preventDefault();
  zoomTo(zoom * (event.deltaY < 0 ? STEP : 1 / STEP));
});

const asked = /^#r(\d+)$/.exec(location.hash);
if (asked) choose(asked[1]);
