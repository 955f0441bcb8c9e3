// The buttons that decide for a place, and the search for places.

import { ask, byId, make, say } from "./common.js";
import { announce } from "./queue.js";

/** @typedef {import("./queue.js").Candidate} Candidate */

/**
 * Make the button that decides for a place.
 *
 * @param {Candidate} candidate
 * @param {string} key that does the same; empty if none does
 * @param {(value: string) => void} take
 */
export function placeButton(candidate, key, take) {
  const share = candidate.share === undefined ? "" : `${Math.round(candidate.share * 100)} %`;
  const button = make(
    "button",
    { class: "choice", type: "button" },
    make("kbd", { class: key ? null : "void" }, key),
    make("strong", {}, say(candidate.region)),
    make("span", { class: "place" }, candidate.place),
    make("span", { class: "share" }, share),
  );
  button.addEventListener("click", () => take(candidate.value));
  return make("li", {}, button);
}

/** A field, and below it the places that match what stands there. */
export class PlaceSearch {
  field = byId("search", HTMLInputElement);
  #asked = 0; // number of the newest search: an older answer must not overwrite it
  /** @type {string[] | null} */
  #held = null; // keys pressed while a search that Enter has ended is on its way

  /**
   * @param {() => number | undefined} pageId of the row for which a place is sought
   * @param {(value: string) => void} take what is chosen
   */
  constructor(pageId, take) {
    this.pageId = pageId;
    this.take = take;
    this.field.addEventListener("input", () => this.look());
  }

  clear() {
    this.field.value = "";
    this.#list([]);
  }

  /** @param {string} letter typed outside the field */
  add(letter) {
    this.field.focus();
    this.field.value += letter;
    this.look();
  }

  /** Search for what stands in the field, and return what is found. */
  async look() {
    const mine = ++this.#asked;
    const text = this.field.value.trim();
    /** @type {{ places: Candidate[] }} */
    const answer = text ? await ask(`/places?page=${this.pageId() ?? ""}&text=${encodeURIComponent(text)}`) : { places: [] };
    const { places } = answer;
    if (mine === this.#asked) {
      this.#list(places);
      if (text) announce(say(places.length ? "hits" : "no-hits", { n: places.length, first: places[0]?.value ?? "" }));
    }
    return places;
  }

  /**
   * Take the best place for the newest letters; keys pressed while the answer is on its way wait for it.
   *
   * @param {(key: string) => void} press what to do with these keys afterwards
   */
  async takeFirst(press) {
    /** @type {string[]} */
    const early = [];
    this.#held = early;
    try {
      const [best] = await this.look();
      if (best) this.take(best.value);
    } finally {
      this.#held = null;
    }
    for (const key of early) press(key);
  }

  /**
   * Keep a key for later, if an answer is on its way.
   *
   * @param {string} key
   * @returns {boolean} whether it is kept
   */
  hold(key) {
    this.#held?.push(key);
    return this.#held !== null;
  }

  /** @param {Candidate[]} places */
  #list(places) {
    byId("found").replaceChildren(...places.map((each, place) => placeButton(each, place === 0 ? "↵" : "", this.take)));
    this.field.setAttribute("aria-expanded", String(places.length > 0));
  }
}
