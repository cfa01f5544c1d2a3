// The channel as one viewer sees it: the server sends the whole state on each change, presses go back by POST.

import { make, post, update } from "./dom.js";
import { messageElement } from "./message.js";
import { openModal } from "./modal.js";
import { showCounters, showTrouble } from "./panel.js";

const FAILED = "This interaction failed";
const ABOUT = { admin: "Has Manage Server", moderator: "Has the role in REMOVE_ROLE_IDS", guest: "May only look" };

const page = Object.fromEntries([...document.querySelectorAll("[id]")].map((element) => [element.id, element]));
const waiting = new Set();
const failures = new Map();
const dismiss = (message) => post("/page/dismiss", { viewer, message_id: message.id });
const context = { names: {}, press, dismiss, showPins: () => toggle("pins", true) };
let viewer = new URLSearchParams(location.search).get("viewer") ?? "admin";
let state = null;
let events = null;

function listen() {
  events?.close();
  events = new EventSource(`/page/events?viewer=${encodeURIComponent(viewer)}`);
  events.onmessage = ({ data }) => {
    state = JSON.parse(data);
    render();
  };
  events.onerror = () => showStatus("lost", "The demo does not answer");
}

function render() {
  context.names = state.names;
  const status = state.online ? "online" : "offline";
  showStatus(status, `${state.bot} is ${status}`);
  page.viewer.value = viewer;
  page.about.textContent = ABOUT[viewer];
  const main = page.messages.parentElement;
  const atEnd = main.scrollHeight - main.scrollTop - main.clientHeight < 80;
  show(page.messages, state.messages);
  show(page.private, state.private);
  if (atEnd) main.scrollTop = main.scrollHeight;
  showPins(state.pins);
  page["trouble-button"].hidden = !state.panel;
  if (!state.panel) return toggle("trouble", false);
  showTrouble(page, state);
  showCounters(page.counters, state.counters);
}

function showStatus(kind, text) {
  page.status.className = `status ${kind}`;
  if (page.status.textContent !== text) page.status.textContent = text;
}

/** Show the messages in a list, each with those of its components that wait, and with what is said beneath. */
function show(list, messages) {
  const entries = messages.map((message) => ({
    ...message, failure: failures.get(message.id), waiting: [...waiting].filter((key) => key.startsWith(`${message.id}/`)),
  }));
  update(list, entries, (message) => messageElement(message, context));
}

function showPins(messages) {
  const pins = messages.map((message) => messageElement({ ...message, components: [] }, context));
  page.pinned.replaceChildren(pins.length ? make("ol", {}, pins) : make("p", { class: "muted" }, "This channel doesn’t have any pinned messages… yet."));
}

function toggle(name, shown) {
  page[name].hidden = !shown;
  page[`${name}-button`].setAttribute("aria-expanded", String(shown));
}

async function press(message, component, values) {
  const key = `${message.id}/${component.custom_id}`;
  waiting.add(key);
  failures.delete(message.id);
  render();
  const answer = await post("/page/press", { viewer, message_id: message.id, custom_id: component.custom_id, values });
  waiting.delete(key);
  if (!answer.ok) failures.set(message.id, FAILED);
  render();
  if (answer.ok && answer.modal) openModal(page.modal, answer.modal, answer.interaction_id, state.bot, context.names);
}

page.viewer.addEventListener("change", () => {
  viewer = page.viewer.value;
  failures.clear();
  history.replaceState(null, "", `?viewer=${encodeURIComponent(viewer)}`);
  listen();
});
for (const name of ["pins", "trouble"]) {
  page[`${name}-button`].addEventListener("click", () => toggle(name, page[name].hidden));
  page[`${name}-close`].addEventListener("click", () => toggle(name, false));
}
document.addEventListener("keydown", ({ key }) => key === "Escape" && toggle("pins", false));
document.addEventListener("click", ({ target }) => target.closest("#pins, #pins-button, .text") || toggle("pins", false));
toggle("trouble", matchMedia("(min-width: 801px)").matches);
listen();
