// What lies around a row: its neighbours, then the whole page, one key away; and a link to the page.

import { byId, make, say } from "./common.js";

/** @typedef {import("./queue.js").Side} Side */

const dialog = byId("around", HTMLDialogElement);
let whole = false;

/**
 * The path of the page of a question, at its row.
 *
 * @param {Side} side
 */
export function pageOf(side) {
  return `/pages/${side.pageId}${side.index === undefined ? "" : `#r${side.index}`}`;
}

/**
 * A link to the page of a question, which opens beside the review.
 *
 * @param {Side} side
 * @param {string} text
 */
export function pageLink(side, text) {
  return make("a", { href: pageOf(side), target: "_blank", rel: "noopener", class: "where" }, text);
}

/**
 * Show the neighbours of a row; once more, the whole page; once more, nothing.
 *
 * @param {Side | undefined} side
 */
export function showAround(side) {
  if (!side) return;
  if (dialog.open && whole) {
    dialog.close();
    return;
  }
  whole = dialog.open || !side.around;
  const picture = make("img", { src: whole ? `/pages/${side.pageId}/picture` : side.around ?? "", alt: "" });
  dialog.replaceChildren(
    make("p", { class: "acts" }, pageLink(side, say("to-page")), make("button", { type: "button" }, say("close"))),
    picture,
  );
  dialog.querySelector("button")?.addEventListener("click", () => dialog.close());
  if (!dialog.open) dialog.showModal();
  const top = side.top;
  if (whole && top !== undefined) {
    picture.addEventListener("load", () => {
      dialog.scrollTop = (top / picture.naturalHeight) * picture.clientHeight - dialog.clientHeight / 3;
    });
  }
}

dialog.addEventListener("keydown", (event) => event.stopPropagation());
dialog.addEventListener("close", () => { whole = false; });

/** @param {() => Side | undefined} current the question that is shown */
export function keyAround(current) {
  const press = (/** @type {KeyboardEvent} */ event) => {
    if (event.key !== "F2") return;
    showAround(current());
    event.preventDefault();
  };
  document.addEventListener("keydown", press);
  dialog.addEventListener("keydown", press);
  byId("surroundings").addEventListener("click", () => showAround(current()));
}
