// One page: zoom, the marks on and off, the original beside it, and a row with its history.

import { byId, closest, inside, make, say, writing } from "./common.js";

const STEP = 1.25;
const MOST = 6;
const view = byId("straight");
const figure = view.querySelector("figure");
const scan = byId("scan");
let zoom = 1;
let dirty = false; // something was typed that is not saved

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
  if (answer.ok) showDetail(await answer.text());
}

/** @param {string} text of the fragment that shows a row */
function showDetail(text) {
  const made = new DOMParser().parseFromString(text, "text/html");
  const detail = byId("detail");
  detail.replaceChildren(...made.body.children);
  dirty = detail.querySelector("[aria-invalid]") !== null;
  if (detail.parentElement) detail.parentElement.scrollTop = 0;
  /** @type {HTMLElement | null} */ (detail.querySelector("[aria-invalid]"))?.focus();
}

/**
 * Send the form of a row; what cannot be saved stays in its field, with the reason beside it.
 *
 * @param {HTMLFormElement} form
 * @param {HTMLElement | null} button
 */
async function save(form, button) {
  const values = new URLSearchParams();
  for (const [name, value] of new FormData(form)) values.append(name, String(value));
  if (button instanceof HTMLButtonElement && button.name) values.append(button.name, button.value);
  try {
    const answer = await fetch(form.action, { method: "POST", body: values, redirect: "manual", credentials: "same-origin" });
    if (answer.type === "opaqueredirect") {
      dirty = false;
      location.reload();
    } else {
      showDetail(await answer.text());
    }
  } catch {
    form.prepend(make("p", { class: "warning", role: "alert" }, say("offline")));
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
byId("detail").addEventListener("input", () => { dirty = true; });
byId("detail").addEventListener("submit", (event) => {
  event.preventDefault();
  save(/** @type {HTMLFormElement} */ (event.target), event.submitter);
});
addEventListener("beforeunload", (event) => {
  if (dirty) event.preventDefault();
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
