// The questions of a view: fetched ahead with their pictures, decided at once, sent in the background.

import { ask, byId, inside, make, say, tellOnLeaving } from "./common.js";
import { Loaded } from "./loaded.js";
import { Unsent } from "./unsent.js";

/**
 * @typedef {object} Candidate a place where an address may lie
 * @property {string} value
 * @property {string} region
 * @property {string} place
 * @property {number} [share] probability, 0..1
 *
 * @typedef {object} Pictures where the pictures of a row or page are to be had
 * @property {string} [picture]
 * @property {string} [cell]
 * @property {string} [nameCell]
 * @property {string} [addressCell]
 * @property {string} [signatureCell]
 *
 * @typedef {object} Texts what is known of a row, as far as the kind of question needs it
 * @property {string} key
 * @property {number} pageId
 * @property {string} file
 * @property {number} page
 * @property {number} [number] none for a page
 * @property {string} name
 * @property {string} address
 * @property {boolean} asksCount whether it is open if the row counts
 * @property {boolean} asksCanton
 * @property {boolean} weakName
 * @property {boolean} weakAddress
 * @property {string[]} reasons
 * @property {string[]} doubts whether the row counts, where more is asked
 * @property {boolean} second
 * @property {Candidate[]} candidates
 * @property {string} yes
 * @property {string} no
 * @property {string} [around] picture of the row with its neighbours
 * @property {number} [top] of the row on its page, in px
 * @property {number} [index]
 *
 * @typedef {Texts & Pictures} Side
 *
 * @typedef {object} Asked what makes a question of it
 * @property {string} kind
 * @property {string} other key of the second row of a pair
 * @property {Side[]} [sides] the rows or pages of a pair
 *
 * @typedef {Side & Asked} Question
 *
 * @typedef {object} Decision
 * @property {string} key
 * @property {string} field
 * @property {string} value
 * @property {string} [other]
 * @property {boolean} [second]
 */

/** @typedef {keyof Pictures} PictureName */

export { Loaded };

export class Queue {
  /** @type {Loaded[]} */
  #waiting = [];
  /** @type {Set<string>} */
  #known = new Set();
  /** @type {Promise<unknown>} */
  #chain = Promise.resolve();
  /** @type {Promise<void> | null} */
  #filling = null;
  /** @type {{ questions: Loaded[], times: number }[]} */
  #history = [];
  /** @type {Set<string>} */
  #meanwhile = new Set(); // decided while an answer was on its way
  #exhausted = false;
  #renew = false;
  #unsent = new Unsent();
  #passed = 0; // left open: still kept for this person, and handed out first
  open = 0;

  /**
   * @param {string} view names the questions
   * @param {number} ahead how many are kept loaded
   * @param {readonly PictureName[]} wanted the pictures that the view shows
   * @param {() => void} changed is called when there is something else to show
   */
  constructor(view, ahead, wanted, changed) {
    this.view = view;
    this.ahead = ahead;
    this.wanted = wanted;
    this.changed = changed;
    for (const batch of this.#unsent.batches) this.#send(batch); // of this tab, before it was loaded again
    addEventListener("pagehide", () => tellOnLeaving("/review/release"));
    addEventListener("pageshow", (event) => event.persisted && location.reload());
  }

  /** The first `count` questions. */
  first(count = 1) {
    return this.#waiting.slice(0, count);
  }

  get exhausted() {
    return this.#exhausted && this.#waiting.length === 0;
  }

  /**
   * Fetch more questions, up to `ahead`, where only half as many wait: others want some too.
   *
   * @returns {Promise<void>}
   */
  async fill() {
    if (this.#filling) return this.#filling;
    if (this.#exhausted || this.#waiting.length > this.ahead / 2) return undefined;
    this.#filling = this.#fetch();
    try {
      await this.#filling;
    } finally {
      this.#filling = null;
    }
    if (this.#renew) {
      this.#renew = this.#exhausted = false;
      this.fill();
    }
    this.changed();
    return undefined;
  }

  async #fetch() {
    this.#meanwhile.clear();
    await this.#chain; // what was decided until now must not be asked again
    const most = this.ahead + this.#passed;
    /** @type {{ questions: Question[], open: number }} */
    const answer = await this.#insist(() => ask(`/review/next?view=${this.view}&most=${most}`));
    const loaded = answer.questions.map((question) => this.#load(question));
    const fresh = loaded.filter((each) => !this.#known.has(each.identity) && !this.#meanwhile.has(each.identity));
    for (const each of fresh) this.#known.add(each.identity);
    this.#waiting.push(...fresh);
    this.open = answer.open;
    this.#exhausted = fresh.length === 0;
  }

  /** @param {Question} question */
  #load(question) {
    return new Loaded(question, this.wanted);
  }

  /**
   * Take these questions off the queue and send what was decided on them; nobody waits for the answer.
   *
   * @param {Loaded[]} questions
   * @param {Decision[]} decisions none where the questions are left open
   */
  decide(questions, decisions) {
    const decided = new Set(decisions.map((each) => each.key));
    this.#waiting = this.#waiting.filter((each) => !questions.includes(each));
    this.#passed += questions.length - decided.size;
    for (const each of questions) this.#meanwhile.add(each.identity);
    this.#history.push({ questions, times: decisions.length });
    this.open = Math.max(0, this.open - decided.size);
    if (decisions.length) {
      const again = questions.filter((each) => decided.has(each.question.key)); // not what was left open
      this.#unsent.add(decisions);
      this.#send(decisions).then(() => this.#again(again));
    }
    this.fill();
  }

  /** @param {Decision[]} decisions */
  #send(decisions) {
    const send = () => ask("/review/decisions", { decisions }).catch((error) => this.#lost(error));
    const sent = this.#chain.then(() => this.#insist(send)).then(() => this.#unsent.remove(decisions));
    this.#chain = sent;
    return sent;
  }

  /**
   * Let these questions come again: a row may have its next question in the same view.
   *
   * @param {Loaded[]} questions
   */
  #again(questions) {
    for (const each of questions) this.#known.delete(each.identity);
    this.#exhausted = false;
    this.#renew = this.#filling !== null; // what is on its way was asked for too early to know of this
    this.fill();
  }

  /** @param {Error} error */
  #lost(error) {
    if (error.message !== "409") throw error;
    byId("alert").replaceChildren(make("p", { class: "warning" }, say("lost")));
  }

  /**
   * Take back what was decided last, here or before the page was loaded; those questions come first again.
   *
   * @returns {Promise<boolean>} whether there was something to take back
   */
  async undo() {
    const last = this.#history.pop() ?? { questions: [], times: undefined };
    await this.#chain;
    let back = last.questions;
    if (last.times !== 0) {
      /** @type {{ undone: number, questions: Question[] }} */
      const answer = await this.#insist(() => ask("/review/undo", { times: last.times }));
      if (!answer.undone) return false;
      if (!back.length) back = answer.questions.map((question) => this.#load(question));
    }
    const identities = back.map((each) => each.identity);
    this.#waiting = [...back, ...this.#waiting.filter((each) => !identities.includes(each.identity))];
    for (const identity of identities) this.#known.add(identity);
    this.open += last.times === 0 ? 0 : back.length;
    this.changed();
    return back.length > 0;
  }

  /**
   * Try until it works: a person is told, and decides when to try again.
   *
   * @template T
   * @param {() => Promise<T>} action
   * @returns {Promise<T>}
   */
  async #insist(action) {
    for (;;) {
      try {
        const answer = await action();
        byId("alert").querySelector(".offline")?.remove();
        return answer;
      } catch (error) {
        await new Promise((again) => {
          const button = make("button", { type: "button" }, say("again"));
          button.addEventListener("click", again, { once: true });
          byId("alert").replaceChildren(make("p", { class: "warning offline" }, say("offline"), " ", button));
        });
      }
    }
  }
}

/**
 * Say something to those who do not see the screen.
 *
 * @param {string} text
 */
export function announce(text) {
  byId("spoken").textContent = text;
}

/**
 * Say where a row or page is to be found.
 *
 * @param {Side} side
 */
export function where(side) {
  const name = side.number === undefined ? "page" : "where";
  return say(name, { file: side.file, page: side.page, row: side.number });
}

/**
 * Show how many questions are open, and what stands there while there is nothing to decide.
 *
 * @param {Queue} queue
 */
export function showState(queue) {
  byId("open").textContent = say("open", { n: queue.open });
  byId("finished").hidden = !queue.exhausted;
  byId("stage").hidden = queue.exhausted;
  if (queue.exhausted && !byId("finished").contains(document.activeElement)) {
    inside(byId("finished"), "a").focus();
    announce(say("finished"));
  }
}
