// The form a press opened, as a dialog.

import { make, post } from "./dom.js";
import { markdown } from "./markdown.js";
import { optionElement } from "./message.js";

const ROW = 1, SELECT = 3, TEXT = 4, DISPLAY = 10, LABEL = 18, RADIOS = 21, CHECKBOXES = 22, CHECKBOX = 23;

/** Show the form; `interactionId` is that of the press which opened it. */
export function openModal(dialog, modal, interactionId, names) {
  const readers = [];
  const problem = make("p", { class: "problem", role: "alert" });
  const submit = make("button", { type: "submit", class: "button primary" }, "Submit");
  const form = make("form", { method: "dialog", submit: (event) => send(event) },
    make("header", {},
      make("h2", { id: "modal-title" }, modal.title),
      make("button", { type: "button", class: "icon close", "aria-label": "Close", click: () => dialog.close() }, "✕")),
    make("div", { class: "parts" }, modal.components.map((part) => partElement(part, names, readers)), problem),
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

function partElement(part, names, readers) {
  if (part.type === DISPLAY) return make("div", { class: "display" }, markdown(part.content, names));
  if (part.type === ROW) return make("div", {}, part.components.map((each) => labelled(each.label, null, each, readers)));
  if (part.type === LABEL) return labelled(part.label, part.description, part.component, readers);
  return null;
}

/** A component with its label, and into `readers` a function that reads what a person put there. */
function labelled(label, description, component, readers) {
  const id = `part-${component.custom_id}`;
  const needed = component.required !== false && component.type !== CHECKBOX;
  const title = [label, needed ? make("span", { class: "needed", "aria-hidden": "true" }, " *") : null];
  const hint = description ? make("p", { class: "hint", id: `${id}-hint` }, description) : null;
  const describedBy = hint ? hint.id : null;
  if (component.type === RADIOS || component.type === CHECKBOXES) {
    return make("fieldset", { "aria-describedby": describedBy },
      make("legend", {}, title), hint, choices(component, id, needed, readers));
  }
  const control = single(component, id, needed, readers);
  if (describedBy) control.setAttribute("aria-describedby", describedBy);
  if (component.type === CHECKBOX) return make("div", { class: "part" }, make("label", { class: "choice", for: id }, control, make("span", {}, label)), hint);
  return make("div", { class: "part" }, make("label", { for: id }, title), hint, control);
}

function choices(component, id, needed, readers) {
  const type = component.type === RADIOS ? "radio" : "checkbox";
  const boxes = component.options.map((option) => make("input", {
    type, name: id, value: option.value, checked: option.default, required: type === "radio" && needed,
  }));
  readers.push(() => {
    const chosen = boxes.filter((box) => box.checked).map((box) => box.value);
    if (type === "checkbox") return { [component.custom_id]: chosen };
    return chosen.length ? { [component.custom_id]: chosen[0] } : {};
  });
  return component.options.map((option, index) => make("label", { class: "choice" }, boxes[index],
    make("span", {}, option.label, option.description ? make("small", {}, option.description) : null)));
}

function single(component, id, needed, readers) {
  const control = controlOf(component, id, needed);
  readers.push(() => ({ [component.custom_id]: valueOf(component, control) }));
  return control;
}

function controlOf(component, id, needed) {
  if (component.type === CHECKBOX) return make("input", { type: "checkbox", id, checked: component.default });
  if (component.type === SELECT) {
    const many = (component.max_values ?? 1) > 1;
    const select = make("select", { id, multiple: many, required: needed });
    if (!many) select.append(make("option", { value: "" }, component.placeholder ?? "Make a selection"));
    select.append(...component.options.map(optionElement));
    return select;
  }
  const limits = { minlength: component.min_length, maxlength: component.max_length ?? 4000 };
  const field = make(component.style === 2 ? "textarea" : "input", {
    id, placeholder: component.placeholder, required: needed, rows: component.style === 2 ? 4 : null, ...limits,
  });
  if (component.type === TEXT && component.value) field.value = component.value;
  return field;
}

function valueOf(component, control) {
  if (component.type === CHECKBOX) return control.checked;
  if (component.type === SELECT) return [...control.selectedOptions].map((option) => option.value).filter((value) => value !== "");
  return control.value;
}
