// The questions of a view: fetched ahead with their pictures, decided at once, sent in the background.

import { ask, byId, make, part, say } from "./common.js";

/** Pictures of a question, loaded and decoded before the question is shown. */
function load(question) {
  question.images = {};
  const sides = question.sides ?? [question];
  for (const [place, side] of sides.entries()) {
    for (const name of ["picture", "cell", "nameCell", "addressCell", "signatureCell"]) {
      if (!side[name] || !Queue.wanted.includes(name)) continue;
      const image = make("img", { src: side[name], alt: "", draggable: "false" });
      question.images[question.sides ? `${name}${place}` : name] = image;
    }
  }
  const all = Object.values(question.images).map((image) => image.decode().catch(() => {}));
  question.loaded = Promise.all(all);
  return question;
}

export class Queue {
  static wanted = ["picture"];
  #waiting = [];
  #known = new Set();
  #chain = Promise.resolve();
  #filling = null;
  #history = [];
  #meanwhile = new Set(); // decided while an answer was on its way
  #exhausted = false;
  #renew = false;
  #passed = 0; // left open: still kept for this person, and handed out first
  open = 0;

  /** `view` names the questions, `ahead` is how many are kept loaded, `changed` is told of news. */
  constructor(view, ahead, changed) {
    Object.assign(this, { view, ahead, changed });
    addEventListener("pagehide", () => part("/review/release"));
    addEventListener("pageshow", (event) => event.persisted && location.reload());
  }

  /** The first `count` questions. */
  first(count = 1) {
    return this.#waiting.slice(0, count);
  }

  get exhausted() {
    return this.#exhausted && this.#waiting.length === 0;
  }

  /** Fetch more questions, up to `ahead`, where only half as many wait: others want some too. */
  async fill() {
    if (this.#filling || this.#exhausted || this.#waiting.length > this.ahead / 2) return this.#filling;
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
    const answer = await this.#insist(() => ask(`/review/next?view=${this.view}&most=${most}`));
    const passed = (each) => this.#known.has(identity(each)) || this.#meanwhile.has(identity(each));
    const fresh = answer.questions.filter((each) => !passed(each));
    for (const question of fresh) this.#known.add(identity(question));
    this.#waiting.push(...fresh.map(load));
    this.open = answer.open;
    this.#exhausted = fresh.length === 0;
  }

  /** Take these questions off the queue and send what was decided on them; nobody waits for the answer. */
  decide(questions, decisions) {
    this.#waiting = this.#waiting.filter((each) => !questions.includes(each));
    this.#passed += questions.length - new Set(decisions.map((each) => each.key)).size;
    for (const each of questions) this.#meanwhile.add(identity(each));
    this.#history.push({ questions, times: decisions.length });
    this.open = Math.max(0, this.open - new Set(decisions.map((each) => each.key)).size);
    if (decisions.length) {
      const send = () => ask("/review/decisions", { decisions }).catch((error) => this.#lost(error));
      const decided = new Set(decisions.map((each) => each.key));
      const again = questions.filter((each) => decided.has(each.key)); // not what was left open
      this.#chain = this.#chain.then(() => this.#insist(send)).then(() => this.#again(again));
    }
    this.fill();
  }

  /** A row may have its next question in the same view: it may come again. */
  #again(questions) {
    for (const question of questions) this.#known.delete(identity(question));
    this.#exhausted = false;
    this.#renew = this.#filling !== null; // what is on its way was asked for too early to know of this
    this.fill();
  }

  #lost(error) {
    if (error.message !== "409") throw error;
    byId("alert").replaceChildren(make("p", { class: "warning" }, say("lost")));
  }

  /** Take back what was decided last, here or before the page was loaded; those questions come first again. */
  async undo() {
    const last = this.#history.pop() ?? { questions: [], times: 1 };
    await this.#chain;
    let back = last.questions;
    if (last.times) {
      const answer = await this.#insist(() => ask("/review/undo", { times: last.times }));
      if (!answer.undone) return false;
      if (!back.length) back = answer.questions.map(load);
    }
    const keys = back.map(identity);
    this.#waiting = [...back, ...this.#waiting.filter((each) => !keys.includes(identity(each)))];
    for (const each of back) this.#known.add(identity(each));
    this.open += last.times ? back.length : 0;
    this.changed();
    return back.length > 0;
  }

  /** Everything that was decided has arrived. */
  settled() {
    return this.#chain;
  }

  /** Try until it works: a person is told, and decides when to try again. */
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

const identity = (question) => `${question.kind} ${question.key} ${question.other ?? ""}`;

/** A loaded picture of a question, or the words that there is none. */
export const picture = (question, name) =>
  question.images[name] ?? make("span", { class: "quiet small" }, say("paper"));

/** Say something to those who do not see the screen. */
export function announce(text) {
  byId("spoken").textContent = text;
}

/** What stands in the bar and below it while there is nothing to decide. */
export function showState(queue) {
  byId("open").textContent = say("open", { n: queue.open });
  byId("finished").hidden = !queue.exhausted;
  byId("stage").hidden = queue.exhausted;
  if (queue.exhausted && !byId("finished").contains(document.activeElement)) {
    byId("finished").querySelector("a").focus();
    announce(say("finished"));
  }
}
