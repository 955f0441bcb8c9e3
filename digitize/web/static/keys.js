// On every page: "?" shows the keys that do something here.

import { byId, make, writing } from "./common.js";

const dialog = byId("keys", HTMLDialogElement);

/** The keys of what can be pressed on this page, each with what it does. */
function keysHere() {
  /** @type {Map<string, string>} */
  const found = new Map();
  for (const each of document.querySelectorAll("button, a, .keys")) {
    if (!(each instanceof HTMLElement) || dialog.contains(each) || !each.offsetParent) continue;
    const shown = [...each.querySelectorAll("kbd")].map((key) => key.textContent ?? "");
    const keys = shown.length ? shown : (each.getAttribute("aria-keyshortcuts") ?? "").split(" ").filter(Boolean);
    const copy = /** @type {HTMLElement} */ (each.cloneNode(true));
    for (const key of copy.querySelectorAll("kbd")) key.remove();
    const does = each.ariaLabel && !shown.length ? each.ariaLabel : (copy.textContent ?? "").replace(/[\s–+]+/g, " ").trim();
    if (keys.length && does && !each.classList.contains("cell")) found.set(keys.join(" "), does);
  }
  return found;
}

function show() {
  const lines = [...keysHere()].map(([keys, does]) =>
    make("li", {}, make("span", {}, ...keys.split(" ").map((key) => make("kbd", {}, key))), does),
  );
  byId("keys-here").replaceChildren(...lines);
  dialog.showModal();
}

/** @param {KeyboardEvent} event */
function press(event) {
  if (dialog.open) {
    event.stopPropagation(); // the page behind has nothing to do with it
  } else if (event.key === "?" && !writing(event)) {
    event.preventDefault();
    event.stopPropagation();
    show();
  }
}

document.addEventListener("keydown", press, { capture: true });
byId("keys-open").addEventListener("click", show);
byId("keys-close").addEventListener("click", () => dialog.close());
