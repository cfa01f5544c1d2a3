// One message: its author, text, embeds and buttons.

import { make } from "./dom.js";
import { inline, markdown } from "./markdown.js";
import { sentAt } from "./time.js";

const EPHEMERAL = 1 << 6;
const LOADING = 1 << 7;
const BUTTON_STYLES = { 1: "primary", 2: "secondary", 3: "success", 4: "danger" };
const PINS_ADD = 6;
const BUTTON = 2;
const PLACEHOLDER = "Make a selection";

/**
 * A message as an element. `context` has the names and `press(message, component, values)`, `dismiss(message)`, `showPins()`,
 * `waiting` (a set of `message/custom_id`) and `failed` (a map of message ids to what is said beneath).
 */
export function messageElement(message, context) {
  if (message.type === PINS_ADD) return pinNotice(message, context);
  const own = Boolean(message.flags & EPHEMERAL);
  return make("li", { class: `message${own ? " own" : ""}`, "data-id": message.id },
    make("span", { class: `avatar ${message.author.bot ? "bot" : ""}`, "aria-hidden": "true" }, message.author.username[0].toUpperCase()),
    make("div", { class: "body" },
      heading(message),
      message.flags & LOADING
        ? make("p", { class: "thinking" }, make("span", { class: "dots", "aria-hidden": "true" }), `${message.author.username} is thinking…`)
        : content(message, context),
      message.embeds.map((embed) => embedElement(embed, context.names)),
      message.components.map((row) => make("div", { class: "row" }, row.components.map((each) => (each.type === BUTTON ? button : select)(message, each, context)))),
      context.failed.has(message.id) ? make("p", { class: "failed", role: "alert" }, context.failed.get(message.id)) : null,
      own ? privateLine(message, context) : null));
}

function heading(message) {
  return make("div", { class: "heading" },
    make("span", { class: "author" }, message.author.username),
    message.author.bot ? make("span", { class: "badge" }, "APP") : null,
    sentAt(message.timestamp));
}

function content(message, context) {
  if (!message.content) return null;
  const edited = message.edited_timestamp ? make("span", { class: "edited", title: message.edited_timestamp }, " (edited)") : null;
  return make("div", { class: "content" }, markdown(message.content, context.names), edited);
}

function embedElement(embed, names) {
  const title = embed.title ? inline(embed.title, names) : [];
  const element = make("article", { class: "embed" },
    embed.title ? make("h2", { class: "embed-title" }, title) : null,
    embed.description ? make("div", { class: "embed-text" }, markdown(embed.description, names)) : null,
    embed.fields ? make("div", { class: "fields" }, embed.fields.map((field) => fieldElement(field, names))) : null,
    footer(embed));
  // By script and not as an attribute: the page's policy forbids style attributes.
  if (embed.color) element.style.borderLeftColor = `#${embed.color.toString(16).padStart(6, "0")}`;
  return element;
}

function fieldElement(field, names) {
  return make("div", { class: field.inline ? "field inline" : "field" },
    // A zero-width name is Discord's way of having none: it takes its line and is no heading.
    make(/\w/.test(field.name) ? "h3" : "div", { class: "field-name" }, inline(field.name, names)),
    make("div", {}, markdown(field.value, names, { headers: false })));
}

function footer(embed) {
  const parts = [embed.footer?.text, embed.footer && embed.timestamp && " • ", embed.timestamp && sentAt(embed.timestamp)].filter(Boolean);
  return parts.length ? make("footer", {}, parts) : null;
}

function button(message, component, context) {
  const waits = context.waiting.has(`${message.id}/${component.custom_id}`);
  return make("button", {
    type: "button",
    class: `button ${BUTTON_STYLES[component.style]}${waits ? " waits" : ""}`,
    "data-custom-id": component.custom_id,
    disabled: component.disabled,
    "aria-busy": waits ? "true" : null,
    click: () => waits || context.press(message, component),
  }, component.label);
}

function select(message, component, context) {
  return selectElement(component, {
    "aria-label": PLACEHOLDER,
    "data-custom-id": component.custom_id,
    disabled: component.disabled || context.waiting.has(`${message.id}/${component.custom_id}`),
    change: ({ target }) => context.press(message, component, chosen(target)),
  });
}

export function chosen(select) {
  return [...select.selectedOptions].map((option) => option.value).filter(Boolean);
}

/** A select with its options; one that has no choice yet shows its placeholder. */
export function selectElement(component, properties) {
  const many = (component.max_values ?? 1) > 1;
  const hasDefault = component.options.some((option) => option.default);
  return make("select", { ...properties, multiple: many },
    many || hasDefault ? null : make("option", { value: "", disabled: true, selected: true }, PLACEHOLDER),
    component.options.map(({ value, label, description, default: selected }) =>
      make("option", { value, selected }, description ? `${label} — ${description}` : label)));
}

function privateLine(message, context) {
  return make("p", { class: "only-you" }, "👁 Only you can see this • ",
    make("button", { type: "button", class: "text", click: () => context.dismiss(message) }, "Dismiss message"));
}

function pinNotice(message, context) {
  return make("li", { class: "message notice", "data-id": message.id },
    make("span", { class: "notice-icon", "aria-hidden": "true" }, "📌"),
    make("p", {},
      make("strong", {}, message.author.username), " pinned ",
      make("strong", {}, "a message"), " to this channel. ",
      make("button", { type: "button", class: "text", click: context.showPins }, "See all pinned messages"), ". ",
      sentAt(message.timestamp)));
}
