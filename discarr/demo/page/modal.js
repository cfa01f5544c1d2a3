// The form a press opened, as a dialog.

import { make, post } from "./dom.js";
import { markdown } from "./markdown.js";

const TEXT_DISPLAY = 10, RADIOS = 21;

/** Show the form; `interactionId` is that of the press which opened it, `app` the name of who gets the form. */
export function openModal(dialog, modal, interactionId, app, names) {
  const problem = make("p", { class: "failed", role: "alert" });
  const submit = make("button", { type: "submit", class: "button primary" }, "Submit");
  const form = make("form", { method: "dialog", submit: (event) => send(event) },
    make("header", {},
      make("h2", { id: "modal-title" }, modal.title),
      make("button", { type: "button", class: "icon close", "aria-label": "Close", click: () => dialog.close() }, "✕")),
    make("div", { class: "parts" },
      make("p", { class: "recipient" }, "This form will be submitted to ", make("strong", {}, app),
        ". Do not share passwords or other sensitive information."),
      modal.components.map((part) => partElement(part, names)), problem),
    make("footer", {}, make("button", { type: "button", class: "button", click: () => dialog.close() }, "Cancel"), submit));

  async function send(event) {
    event.preventDefault();
    problem.textContent = "";
    submit.classList.add("waits");
    submit.disabled = true;
    const answer = await post("/page/submit", { interaction_id: interactionId, values: chosen(form) });
    submit.classList.remove("waits");
    submit.disabled = false;
    if (answer.ok) dialog.close();
    else problem.textContent = "Something went wrong. Try again.";
  }

  dialog.replaceChildren(form);
  dialog.showModal();
}

/** What a person chose in each group. */
function chosen(form) {
  const data = new FormData(form);
  return Object.fromEntries([...form.querySelectorAll("fieldset")].map(({ name }) => [name, data.getAll(name)]));
}

/** A text, or a group of radio buttons or checkboxes with its label. */
function partElement(part, names) {
  if (part.type === TEXT_DISPLAY) return make("div", {}, markdown(part.content, names));
  const { type, custom_id: name, options, required = true } = part.component;
  const isRadio = type === RADIOS;
  return make("fieldset", { name },
    make("legend", {}, part.label, required && make("span", { class: "needed", "aria-hidden": "true" }, " *")),
    options.map((option) => make("label", { class: "choice" },
      make("input", { type: isRadio ? "radio" : "checkbox", name, value: option.value, checked: option.default, required: isRadio && required }),
      make("span", {}, option.label, option.description && make("small", {}, option.description)))));
}
