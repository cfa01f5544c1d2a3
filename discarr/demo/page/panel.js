// The side panel that makes trouble, and the strip that counts what the bot costs.

import { make, post, sentAt, update } from "./dom.js";

const COUNTERS = [
  ["edits", "Edits", "Edits of the dashboard that Discord accepted"],
  ["saved", "Saved", "Reads that needed no edit, since nothing had changed or an edit was too near"],
  ["reads", "Reads", "Times the queues were read"],
  ["presses", "Presses", "Buttons pressed and forms sent"],
];

/** Bring the panel up to date. */
export function showTrouble({ groups, reports }, state) {
  const newest = reports.firstChild;
  update(groups, state.panel, groupElement);
  update(reports, state.reports, entryElement);
  if (newest !== reports.firstChild) reports.firstChild?.scrollIntoView({ block: "nearest" });
}

function groupElement({ name, controls }) {
  return make("section", { "aria-label": name },
    make("h3", {}, name),
    make("div", { class: "controls" }, controls.map(controlButton)));
}

function controlButton({ name, label, on }) {
  return make("button", { type: "button", class: on ? "control on" : "control", "data-key": name, click: (event) => makeTrouble(event.target, name) }, label);
}

async function makeTrouble(button, control) {
  button.disabled = true;
  const answer = await post("/page/trouble", { control });
  button.disabled = false;
  if (!answer.ok) button.textContent = "The demo does not answer";
}

function entryElement({ number, at, did, look, sign, after }) {
  const recovered = after !== null && [make("span", { class: "coped" }, "✓ "), `${sign} after ${after < 10 ? after : Math.round(after)} s`];
  return make("li", { "data-number": number },
    make("p", { class: "did" }, did, " ", sentAt(new Date(at * 1000).toISOString())),
    look && make("p", {}, look),
    sign && make("p", { class: "muted outcome" }, recovered || `Watching: ${sign} …`));
}

/** Bring the strip up to date. */
export function showCounters(list, counters) {
  list.replaceChildren(...COUNTERS.map(([key, label, title]) =>
    make("div", { title }, make("dt", {}, label), make("dd", { "data-counter": key }, counters[key].toLocaleString("en")))));
}
