// A question with its pictures.

import { make, say } from "./common.js";

/** @typedef {import("./queue.js").Question} Question */
/** @typedef {import("./queue.js").PictureName} PictureName */

/** A question whose pictures are loaded and decoded before it is shown. */
export class Loaded {
  /** @type {Record<string, HTMLImageElement>} */
  images = {};

  /**
   * @param {Question} question
   * @param {readonly PictureName[]} wanted
   */
  constructor(question, wanted) {
    this.question = question;
    this.answer = ""; // of the person, until it is sent; nothing is proposed
    const { sides } = question;
    for (const [place, side] of (sides ?? [question]).entries()) {
      for (const name of wanted) {
        const source = side[name];
        if (!source) continue;
        const image = make("img", { src: source, alt: "", draggable: "false" });
        image.decode().catch(() => {});
        this.images[sides ? `${name}${place}` : name] = image;
      }
    }
  }

  get identity() {
    return `${this.question.kind} ${this.question.key} ${this.question.other ?? ""}`;
  }

  /**
   * A picture, or the words that there is none.
   *
   * @param {string} name that of the picture, for a pair with the place of its side (0 or 1)
   */
  picture(name) {
    return this.images[name] ?? make("span", { class: "quiet small" }, say("paper"));
  }
}
