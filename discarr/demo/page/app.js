// The channel as one viewer sees it: the server sends the whole state on each change, presses go back by POST.

import { make, post } from "./dom.js";
import { messageElement } from "./message.js";
import { openModal } from "./modal.js";
import { showCounters, troublePanel } from "./panel.js";

const FAILED = "This interaction failed";
const ABOUT = { admin: "Has Manage Server", moderator: "Has the role in REMOVE_ROLE_IDS", guest: "May only look" };

const page = Object.fromEntries([...document.querySelectorAll("[id]")].map((element) => [element.id, element]));
const context = { names: {}, waiting: new Set(), failed: new Map(), press, dismiss, showPins: () => toggle("pins", true) };
const showTrouble = troublePanel(page.trouble, () => toggle("trouble", false));
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
  page.channel.textContent = state.channel;
  const status = state.online ? "online" : "offline";
  showStatus(status, `${state.bot} is ${status}`);
  if (page.viewer.options.length !== state.viewers.length) {
    page.viewer.replaceChildren(...state.viewers.map((name) => make("option", { value: name }, name)));
  }
  page.viewer.value = state.viewer;
  page.about.textContent = ABOUT[state.viewer] ?? "";
  const main = page.messages.parentElement;
  const atEnd = main.scrollHeight - main.scrollTop - main.clientHeight < 80;
  update(page.messages, state.messages);
  update(page.private, state.private);
  if (atEnd) main.scrollTop = main.scrollHeight;
  renderPins();
  if (!state.panel) toggle("trouble", false);
  page["trouble-button"].hidden = !state.panel;
  showTrouble(state);
  showCounters(page.counters, state.counters);
}

function showStatus(kind, text) {
  page.status.className = `status ${kind}`;
  if (page.status.textContent !== text) page.status.textContent = text;
}

/** Show the messages in a list; those that did not change stay the very same elements, and the focus stays where it was. */
function update(list, messages) {
  const focus = focused(list);
  const old = new Map([...list.children].map((element) => [element.dataset.id, element]));
  const elements = messages.map((message) => {
    const waiting = [...context.waiting].filter((key) => key.startsWith(`${message.id}/`));
    const print = JSON.stringify([message, context.failed.get(message.id), waiting]);
    const known = old.get(message.id);
    return known?.print === print ? known : Object.assign(messageElement(message, context), { print });
  });
  if (elements.length !== list.children.length || elements.some((element, index) => element !== list.children[index])) {
    list.replaceChildren(...elements);
    focus?.();
  }
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
  const pins = state.pins.map((message) => messageElement({ ...message, components: [] }, { ...context, failed: new Map() }));
  page.pinned.replaceChildren(pins.length ? make("ol", {}, pins) : none);
}

function toggle(name, shown) {
  page[name].hidden = !shown;
  page[`${name}-button`].setAttribute("aria-expanded", String(shown));
}

async function press(message, component, values) {
  const key = `${message.id}/${component.custom_id}`;
  context.waiting.add(key);
  context.failed.delete(message.id);
  render();
  const answer = await post("/page/press", { viewer, message_id: message.id, custom_id: component.custom_id, values });
  context.waiting.delete(key);
  if (!answer.ok) context.failed.set(message.id, FAILED);
  render();
  if (answer.ok && answer.modal) openModal(page.modal, answer.modal, answer.interaction_id, state.bot, context.names);
}

function dismiss(message) {
  post("/page/dismiss", { viewer, message_id: message.id });
}

page.viewer.addEventListener("change", () => {
  viewer = page.viewer.value;
  context.failed.clear();
  history.replaceState(null, "", `?viewer=${encodeURIComponent(viewer)}`);
  listen();
});
for (const name of ["pins", "trouble"]) page[`${name}-button`].addEventListener("click", () => toggle(name, page[name].hidden));
page["pins-close"].addEventListener("click", () => toggle("pins", false));
document.addEventListener("keydown", ({ key }) => key === "Escape" && toggle("pins", false));
document.addEventListener("click", ({ target }) => target.closest("#pins, #pins-button, .text") || toggle("pins", false));
toggle("trouble", matchMedia("(min-width: 801px)").matches);
listen();
