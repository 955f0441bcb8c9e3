// The four corners of a table: dragged with the mouse or moved with the arrow keys on the picture of a scan.

import { say } from "./common.js";

/** @typedef {[number, number]} Corner shares (0..1) of the width and height of what is shown */

const SPACE = "http://www.w3.org/2000/svg";
const UNITS = 1000; // of the drawing, in both directions
const STEP = 0.004;
const FAR = 0.25; // a corner may lie outside the picture
/** @type {Corner[]} */
const START = [[0.1, 0.1], [0.9, 0.1], [0.9, 0.9], [0.1, 0.9]];

/** @type {Record<string, [number, number]>} */
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/**
 * A corner of the scan as it appears on a picture that is turned clockwise.
 *
 * @param {Corner} corner
 * @param {number} turn 0, 90, 180 or 270
 * @returns {Corner}
 */
export function onTurned([x, y], turn) {
  if (turn === 90) return [1 - y, x];
  if (turn === 180) return [1 - x, 1 - y];
  return turn === 270 ? [y, 1 - x] : [x, y];
}

/**
 * The inverse of `onTurned`.
 *
 * @param {Corner} corner
 * @param {number} turn
 */
export function onScan(corner, turn) {
  return onTurned(corner, (360 - turn) % 360);
}

export class Corners {
  /** @type {Corner[]} */
  points = START.map(([x, y]) => [x, y]);

  /**
   * @param {SVGSVGElement} drawing lies over the picture
   * @param {() => void} changed
   */
  constructor(drawing, changed) {
    this.drawing = drawing;
    this.changed = changed;
    this.outline = document.createElementNS(SPACE, "polygon");
    this.handles = START.map((_, place) => this.#handle(place));
    drawing.replaceChildren(this.outline, ...this.handles);
    this.draw();
  }

  /** @param {number} place */
  #handle(place) {
    const handle = document.createElementNS(SPACE, "ellipse");
    handle.setAttribute("tabindex", "0");
    handle.setAttribute("role", "button");
    handle.setAttribute("aria-label", say("corner", { n: place + 1 }));
    handle.addEventListener("pointerdown", (event) => {
      handle.setPointerCapture(event.pointerId);
      event.preventDefault();
      handle.focus();
    });
    handle.addEventListener("pointermove", (event) => {
      if (!handle.hasPointerCapture(event.pointerId)) return;
      const frame = this.drawing.getBoundingClientRect();
      this.#move(place, (event.clientX - frame.left) / frame.width, (event.clientY - frame.top) / frame.height);
    });
    handle.addEventListener("keydown", (event) => {
      const arrow = ARROWS[event.key];
      if (!arrow) return;
      const step = event.shiftKey ? 10 * STEP : STEP;
      const [x, y] = this.points[place];
      this.#move(place, x + arrow[0] * step, y + arrow[1] * step);
      event.preventDefault();
      event.stopPropagation();
    });
    return handle;
  }

  /**
   * @param {number} place
   * @param {number} x
   * @param {number} y
   */
  #move(place, x, y) {
    const within = (/** @type {number} */ share) => Math.min(1 + FAR, Math.max(-FAR, share));
    this.points[place] = [within(x), within(y)];
    this.draw();
    this.changed();
  }

  draw() {
    const at = this.points.map(([x, y]) => [x * UNITS, y * UNITS]);
    this.outline.setAttribute("points", at.map((point) => point.join(",")).join(" "));
    const frame = this.drawing.getBoundingClientRect();
    const shape = frame.width && frame.height ? frame.width / frame.height : 0.7;
    for (const [place, handle] of this.handles.entries()) {
      handle.setAttribute("cx", String(at[place][0]));
      handle.setAttribute("cy", String(at[place][1]));
      handle.setAttribute("rx", "16");
      handle.setAttribute("ry", String(16 * shape));
    }
  }
}
