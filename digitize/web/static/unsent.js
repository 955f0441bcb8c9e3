// Decisions on their way to the server, kept in the tab until it confirms them.

/** @typedef {import("./queue.js").Decision} Decision */

/** Decisions that the server has not confirmed; a reload or a restart of the server must not lose them. */
export class Unsent {
  #place = "digitize-unsent";
  /** @type {Decision[][]} */
  batches = JSON.parse(sessionStorage.getItem(this.#place) ?? "[]");

  constructor() {
    addEventListener("beforeunload", (event) => {
      if (this.batches.length) event.preventDefault();
    });
  }

  /** @param {Decision[]} batch */
  add(batch) {
    this.batches.push(batch);
    this.#keep();
  }

  /** @param {Decision[]} batch */
  remove(batch) {
    this.batches = this.batches.filter((each) => each !== batch);
    this.#keep();
  }

  #keep() {
    sessionStorage.setItem(this.#place, JSON.stringify(this.batches));
  }
}
