// What all pages need: requests with the session's token, words of the page's language, announcements.

const csrf = document.querySelector('meta[name="csrf"]')?.content ?? "";

/** The answer to a request, as parsed JSON; throws where it failed. */
export async function ask(path, body, method = body === undefined ? "GET" : "POST") {
  const options = { method, headers: { "X-CSRF-Token": csrf }, credentials: "same-origin" };
  if (body instanceof FormData) {
    options.body = body;
  } else if (body !== undefined) {
    options.body = JSON.stringify(body);
    options.headers["Content-Type"] = "application/json";
  }
  const answer = await fetch(path, options);
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.json();
}

/** Tell the server something while the page is being left; nobody waits for an answer. */
export function part(path) {
  fetch(path, { method: "POST", headers: { "X-CSRF-Token": csrf }, keepalive: true }).catch(() => {});
}

/** The texts that the page brings along in its language. */
export const words = JSON.parse(document.getElementById("words")?.textContent ?? "{}");

/** A text with its placeholders, written {like this}, filled in. */
export function say(name, values = {}) {
  return (words[name] ?? name).replace(/\{(\w+)\}/g, (_, key) => String(values[key] ?? ""));
}

/** An element with attributes and children; strings become text, never markup. */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null) element.setAttribute(name, String(value));
  }
  element.append(...children);
  return element;
}

export const byId = (id) => document.getElementById(id);

/** Whether a key press is meant for a field in which somebody writes. */
export const writing = (event) => event.target.matches?.("input:not([type=checkbox]), textarea, select") ?? false;
