// A form file goes to the server as text, because it is short and belongs to a form as others.

const form = /** @type {HTMLFormElement} */ (document.getElementById("add-form"));
const file = /** @type {HTMLInputElement} */ (form.querySelector("[type=file]"));
const text = /** @type {HTMLInputElement} */ (form.querySelector("[name=text]"));

form.addEventListener("submit", async (event) => {
  const chosen = file.files?.[0];
  if (!chosen || text.value) return;
  event.preventDefault();
  text.value = await chosen.text();
  form.submit();
});
file.addEventListener("change", () => (text.value = ""));
