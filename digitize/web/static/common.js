// What all pages need: requests with the session's token, texts in the page's language, elements.

/**
 * The element with this id.
 *
 * @template {Element} [E=HTMLElement]
 * @param {string} id
 * @param {new () => E} [kind] what it has to be, where more is needed than any element has
 * @returns {E}
 */
export function byId(id, kind) {
  const found = document.getElementById(id);
  if (!(found instanceof (kind ?? HTMLElement))) throw new Error(`#${id} is missing`);
  return /** @type {any} */ (found);
}

/**
 * The first element inside `parent` that matches `css`.
 *
 * @template {Element} [E=HTMLElement]
 * @param {ParentNode} parent
 * @param {string} css
 * @param {new () => E} [kind]
 * @returns {E}
 */
export function inside(parent, css, kind) {
  const found = parent.querySelector(css);
  if (!(found instanceof (kind ?? HTMLElement))) throw new Error(`${css} is missing`);
  return /** @type {any} */ (found);
}

/** The token that the server asks of every request that changes something. */
export const csrf = document.querySelector('meta[name="csrf"]')?.getAttribute("content") ?? "";

/**
 * Send a request and return the answer as parsed JSON.
 *
 * @param {string} path
 * @param {object} [body] sent as JSON with POST; without it the request is a GET
 * @returns {Promise<any>}
 * @throws {Error} with the status as its message where the server refuses
 */
export async function ask(path, body) {
  /** @type {Record<string, string>} */
  const headers = { "X-CSRF-Token": csrf };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  const method = body === undefined ? "GET" : "POST";
  const answer = await fetch(path, { method, headers, body: JSON.stringify(body), credentials: "same-origin" });
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.json();
}

/**
 * Tell the server something while the page is being left; nobody waits for an answer.
 *
 * @param {string} path
 */
export function tellOnLeaving(path) {
  fetch(path, { method: "POST", headers: { "X-CSRF-Token": csrf }, keepalive: true }).catch(() => {});
}

/** The texts that the page brings along in its language. */
const texts = JSON.parse(document.getElementById("words")?.textContent ?? "{}");

const plural = new Intl.PluralRules(document.documentElement.lang);

/**
 * Return a text of the page with its placeholders, written {like this}, filled in.
 *
 * A text may be a pair of singular and plural: the value `n` chooses between them.
 *
 * @param {string} name
 * @param {Record<string, unknown>} [values]
 * @returns {string}
 */
export function say(name, values = {}) {
  const text = texts[name] ?? name;
  const chosen = Array.isArray(text) ? text[plural.select(Number(values.n)) === "one" ? 0 : 1] : text;
  return chosen.replace(/\{(\w+)\}/g, (/** @type {string} */ _, /** @type {string} */ key) =>
    String(values[key] ?? ""),
  );
}

/**
 * Make an element with attributes and children; strings become text, never markup.
 *
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Record<string, string | number | boolean | null>} [attributes] false and null leave one out
 * @param {...(string | Node)} children
 * @returns {HTMLElementTagNameMap[T]}
 */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null) element.setAttribute(name, String(value));
  }
  element.append(...children);
  return element;
}

/**
 * Whether the target of an event, or an element around it, matches `css`.
 *
 * @param {Event} event
 * @param {string} css
 * @returns {HTMLElement | SVGElement | null}
 */
export function closest(event, css) {
  return event.target instanceof Element ? event.target.closest(css) : null;
}

/**
 * Whether a key press is meant for a field in which somebody writes.
 *
 * @param {KeyboardEvent} event
 */
export function writing(event) {
  const fields = "input:not([type=checkbox]), textarea, select";
  return event.target instanceof Element && event.target.matches(fields);
}
