// The channel as one viewer sees it: the server sends the whole state on each change, presses go back by POST.

import { make, post } from "./dom.js";
import { messageElement } from "./message.js";
import { openModal } from "./modal.js";
import { showCounters, troublePanel } from "./panel.js";
import { tick } from "./time.js";

const FAILED = "This interaction failed";
const ABOUT = { admin: "admin, runs the server", moderator: "moderator, has the role", guest: "guest, may only look" };
const WIDE = matchMedia("(min-width: 801px)");

const place = Object.fromEntries(
  [
    "messages", "private", "pins", "pins-button", "modal", "viewer", "status", "channel", "counters", "trouble", "trouble-button",
  ].map((id) => [id, document.getElementById(id)]));
const context = {
  names: { members: {}, roles: {}, channels: {} },
  waiting: new Set(),
  failed: new Map(),
  press,
  dismiss,
  showPins: () => togglePins(true),
};
const showTrouble = troublePanel(place.trouble, () => toggleTrouble(false));
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
  context.names = { members: state.names, roles: state.roles, channels: state.channels };
  place.channel.textContent = state.channel;
  showStatus(state.online ? "online" : "offline", `${state.names[state.bot_id]} is ${state.online ? "online" : "offline"}`);
  renderViewers();
  const main = place.messages.parentElement;
  const atEnd = main.scrollHeight - main.scrollTop - main.clientHeight < 80;
  update(place.messages, state.messages);
  update(place.private, state.private);
  renderPins();
  if (!state.panel) toggleTrouble(false);
  place["trouble-button"].hidden = !state.panel;
  showTrouble(state);
  showCounters(place.counters, state.counters);
  if (atEnd) main.scrollTop = main.scrollHeight;
}

function showStatus(kind, text) {
  place.status.className = `status ${kind}`;
  if (place.status.textContent !== text) place.status.textContent = text;
}

function renderViewers() {
  if (place.viewer.options.length !== state.viewers.length) {
    place.viewer.replaceChildren(...state.viewers.map((name) => make("option", { value: name }, ABOUT[name] ?? name)));
  }
  place.viewer.value = state.viewer;
}

/** Show the messages in a list; those that did not change stay the very same elements, and the focus stays where it was. */
function update(list, messages) {
  const focus = focused(list);
  const old = new Map([...list.children].map((element) => [element.dataset.id, element]));
  const elements = messages.map((message) => {
    const print = JSON.stringify([message, context.failed.get(message.id), waitingOn(message)]);
    const known = old.get(message.id);
    if (known?.print === print) return known;
    const element = messageElement(message, context);
    element.print = print;
    return element;
  });
  if (elements.length !== list.children.length || elements.some((element, index) => element !== list.children[index])) {
    list.replaceChildren(...elements);
    focus?.();
  }
}

function waitingOn(message) {
  return [...context.waiting].filter((key) => key.startsWith(`${message.id}/`));
}

function focused(list) {
  const active = document.activeElement;
  const customId = active?.dataset?.customId;
  if (!customId || !list.contains(active)) return null;
  const id = active.closest("[data-id]").dataset.id;
  return () => list.querySelector(`[data-id="${id}"] [data-custom-id="${CSS.escape(customId)}"]`)?.focus();
}

function renderPins() {
  const none = make("p", { class: "none" }, "This channel doesn’t have any pinned messages… yet.");
  const quiet = { ...context, press: () => {}, failed: new Map() };
  const pins = state.pins.map((message) => messageElement({ ...message, components: [] }, quiet));
  place.pins.replaceChildren(make("h2", {}, "Pinned messages"), pins.length ? make("ol", {}, pins) : none);
}

function togglePins(shown) {
  place.pins.hidden = !shown;
  place["pins-button"].setAttribute("aria-expanded", String(shown));
}

function toggleTrouble(shown) {
  place.trouble.hidden = !shown;
  place["trouble-button"].setAttribute("aria-expanded", String(shown));
}

async function press(message, component, values) {
  const key = `${message.id}/${component.custom_id}`;
  context.waiting.add(key);
  context.failed.delete(message.id);
  render();
  const body = { viewer, message_id: message.id, custom_id: component.custom_id, values };
  const answer = await post("/page/press", body);
  context.waiting.delete(key);
  if (!answer.ok) context.failed.set(message.id, FAILED);
  render();
  if (answer.ok && answer.modal) openModal(place.modal, answer.modal, answer.interaction_id, context.names);
}

function dismiss(message) {
  post("/page/dismiss", { viewer, message_id: message.id });
}

place.viewer.addEventListener("change", () => {
  viewer = place.viewer.value;
  context.failed.clear();
  history.replaceState(null, "", `?viewer=${encodeURIComponent(viewer)}`);
  listen();
});
place["pins-button"].addEventListener("click", () => togglePins(place.pins.hidden));
place["trouble-button"].addEventListener("click", () => toggleTrouble(place.trouble.hidden));
document.addEventListener("keydown", ({ key }) => key === "Escape" && togglePins(false));
toggleTrouble(WIDE.matches);
setInterval(tick, 1000);
listen();
