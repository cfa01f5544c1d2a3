// The side panel that makes trouble, and the strip that counts what the bot costs.

import { make, post } from "./dom.js";
import { sentAt } from "./time.js";

const COUNTERS = [
  ["edits", "Edits", "Edits of the dashboard that Discord accepted"],
  ["saved", "Saved", "Reads that needed no edit, since nothing had changed or an edit was too near"],
  ["reads", "Reads", "Times the queues were read"],
  ["presses", "Presses", "Buttons pressed and forms sent"],
];

/** The panel with its buttons; `show(state)` brings it up to date. */
export function troublePanel(element, close) {
  const groups = make("div", { class: "groups" });
  const reports = make("ol", { class: "reports", "aria-live": "polite", "aria-label": "What was done" });
  element.append(
    make("header", {},
      make("h2", { id: "trouble-title" }, "Make trouble"),
      make("button", { type: "button", class: "icon close", "aria-label": "Close this panel", click: close }, "✕")),
    make("p", { class: "hint" }, "Break something on purpose, and watch the bot cope."),
    groups, reports);
  let shown = "";
  return (state) => {
    const print = JSON.stringify([state.panel, state.reports]);
    if (!state.panel || print === shown) return;
    shown = print;
    const name = document.activeElement?.dataset?.control;
    groups.replaceChildren(...state.panel.map(groupElement));
    if (name) groups.querySelector(`[data-control="${name}"]`)?.focus();
    const newest = reports.firstChild;
    update(reports, state.reports);
    if (newest !== reports.firstChild) reports.firstChild.scrollIntoView({ block: "nearest" });
  };
}

function groupElement({ name, controls }) {
  const id = `group-${name.toLowerCase().replace(/\W/g, "-")}`;
  return make("section", { class: "group", "aria-labelledby": id },
    make("h3", { id }, name),
    make("div", { class: "controls" }, controls.map(controlButton)));
}

function controlButton({ name, label, on }) {
  return make("button", { type: "button", class: on ? "control on" : "control", "data-control": name, click: (event) => makeTrouble(event.target, name) }, label);
}

async function makeTrouble(button, control) {
  button.disabled = true;
  const answer = await post("/page/trouble", { control });
  button.disabled = false;
  if (!answer.ok) button.textContent = "The demo does not answer";
}

/** Newest first; an entry that stays is the same element, so that it is read aloud once. */
function update(list, entries) {
  const old = new Map([...list.children].map((element) => [element.dataset.number, element]));
  list.replaceChildren(...entries.map((entry) => {
    const known = old.get(String(entry.number));
    const element = known ?? entryElement(entry);
    element.lastChild.replaceChildren(...outcome(entry));
    return element;
  }));
}

function entryElement({ number, at, did, look }) {
  return make("li", { "data-number": number },
    make("p", { class: "did" }, did, " ", sentAt(new Date(at * 1000).toISOString())),
    look ? make("p", { class: "look" }, look) : null,
    make("p", { class: "outcome" }));
}

function outcome({ sign, after }) {
  if (sign === null) return [];
  return after === null ? [`Watching: ${sign} …`] : [make("span", { class: "coped" }, "✓ "), `${sign} after ${after < 10 ? after : Math.round(after)} s`];
}

/** Bring the strip up to date. */
export function showCounters(list, counters) {
  if (!counters) return;
  if (!list.children.length) {
    list.append(...COUNTERS.map(([key, label, title]) => make("div", { title }, make("dt", {}, label), make("dd", { "data-counter": key }))));
  }
  for (const [key] of COUNTERS) {
    const text = counters[key].toLocaleString("en");
    const value = list.querySelector(`[data-counter="${key}"]`);
    if (value.textContent !== text) value.textContent = text;
  }
}
