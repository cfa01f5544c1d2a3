// The form a press opened, as a dialog.

import { make, post } from "./dom.js";
import { markdown } from "./markdown.js";
import { chosen, selectElement } from "./message.js";

const SELECT = 3, TEXT_DISPLAY = 10, RADIOS = 21;

/** Show the form; `interactionId` is that of the press which opened it, `app` the name of who gets the form. */
export function openModal(dialog, modal, interactionId, app, names) {
  const readers = [];
  const problem = make("p", { class: "problem", role: "alert" });
  const submit = make("button", { type: "submit", class: "button primary" }, "Submit");
  const form = make("form", { method: "dialog", submit: (event) => send(event) },
    make("header", {},
      make("h2", { id: "modal-title" }, modal.title),
      make("button", { type: "button", class: "icon close", "aria-label": "Close", click: () => dialog.close() }, "✕")),
    make("div", { class: "parts" },
      make("p", { class: "recipient" }, "This form will be submitted to ", make("strong", {}, app),
        ". Do not share passwords or other sensitive information."),
      modal.components.map((part) => partElement(part, names, readers)), problem),
    make("footer", {}, make("button", { type: "button", class: "button secondary", click: () => dialog.close() }, "Cancel"), submit));

  async function send(event) {
    event.preventDefault();
    problem.textContent = "";
    submit.classList.add("waits");
    submit.disabled = true;
    const values = Object.assign({}, ...readers.map((read) => read()));
    const answer = await post("/page/submit", { interaction_id: interactionId, values });
    submit.classList.remove("waits");
    submit.disabled = false;
    if (answer.ok) dialog.close();
    else problem.textContent = answer.problem ?? "Something went wrong. Try again.";
  }

  dialog.replaceChildren(form);
  dialog.showModal();
}

/** A text, or a component with its label; into `readers` goes a function that reads what a person chose there. */
function partElement(part, names, readers) {
  if (part.type === TEXT_DISPLAY) return make("div", { class: "display" }, markdown(part.content, names));
  const { label, description, component } = part;
  const id = `part-${component.custom_id}`;
  const needed = component.required !== false;
  const title = [label, needed ? make("span", { class: "needed", "aria-hidden": "true" }, " *") : null];
  const hint = description ? make("p", { class: "hint", id: `${id}-hint` }, description) : null;
  if (component.type === SELECT) {
    const select = selectElement(component, { id, required: needed, "aria-describedby": hint?.id });
    readers.push(() => ({ [component.custom_id]: chosen(select) }));
    return make("div", { class: "part" }, make("label", { for: id }, title), hint, select);
  }
  return make("fieldset", { "aria-describedby": hint?.id }, make("legend", {}, title), hint, choices(component, id, needed, readers));
}

function choices(component, id, needed, readers) {
  const isRadio = component.type === RADIOS;
  const boxes = component.options.map((option) => make("input", {
    type: isRadio ? "radio" : "checkbox", name: id, value: option.value, checked: option.default, required: isRadio && needed,
  }));
  readers.push(() => ({ [component.custom_id]: boxes.filter((box) => box.checked).map((box) => box.value) }));
  return component.options.map((option, index) => make("label", { class: "choice" }, boxes[index],
    make("span", {}, option.label, option.description ? make("small", {}, option.description) : null)));
}
