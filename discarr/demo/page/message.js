// One message: its author, text, embeds and buttons.

import { make, sentAt } from "./dom.js";
import { markdown } from "./markdown.js";

const EPHEMERAL = 1 << 6;
const LOADING = 1 << 7;
const PINS_ADD = 6;
const BUTTON = 2;
const PRIMARY = 1;

/**
 * A message as an element; it may have a `failure` to be said beneath, and be `waiting` for components (`id/custom_id`).
 * `context` has the names and `press(message, component, values)`, `dismiss(message)` and `showPins()`.
 */
export function messageElement(message, context) {
  if (message.type === PINS_ADD) return pinNotice(message, context);
  const own = message.flags & EPHEMERAL;
  return make("li", { class: `message${own ? " own" : ""}`, "data-id": message.id },
    make("span", { class: `avatar ${message.author.bot ? "bot" : ""}`, "aria-hidden": "true" }, message.author.username[0].toUpperCase()),
    make("div", { class: "body" },
      make("div", { class: "heading" },
        make("span", { class: "author" }, message.author.username),
        message.author.bot && make("span", { class: "badge" }, "APP"),
        sentAt(message.timestamp)),
      message.flags & LOADING ? thinking(message) : content(message, context),
      message.embeds.map((embed) => embedElement(embed, context.names)),
      message.components.map((row) => make("div", { class: "row" }, row.components.map((each) => (each.type === BUTTON ? button : select)(message, each, context)))),
      message.failure && make("p", { class: "failed", role: "alert" }, message.failure),
      own && make("p", { class: "only-you" }, "👁 Only you can see this • ",
        make("button", { type: "button", class: "text", click: () => context.dismiss(message) }, "Dismiss message"))));
}

function thinking(message) {
  return make("p", { class: "muted" }, make("span", { class: "dots", "aria-hidden": "true" }), `${message.author.username} is thinking…`);
}

function content(message, context) {
  const edited = message.edited_timestamp && make("span", { class: "edited", title: message.edited_timestamp }, " (edited)");
  return message.content && make("div", { class: "content" }, markdown(message.content, context.names), edited);
}

function embedElement(embed, names) {
  const element = make("article", { class: "embed" },
    embed.title && make("h2", { class: "embed-title" }, markdown(embed.title, names)),
    embed.description && make("div", {}, markdown(embed.description, names)),
    embed.fields?.map((field) => make("div", {},
      // A zero-width name is Discord's way of having none: it takes its line and is no heading.
      make(/\w/.test(field.name) ? "h3" : "div", { class: "field-name" }, markdown(field.name, names)),
      make("div", {}, markdown(field.value, names)))),
    embed.footer && make("footer", {}, embed.footer.text, embed.timestamp && " • ", embed.timestamp && sentAt(embed.timestamp)));
  // By script and not as an attribute: the page's policy forbids style attributes.
  if (embed.color) element.style.borderLeftColor = `#${embed.color.toString(16).padStart(6, "0")}`;
  return element;
}

function button(message, component, context) {
  const key = `${message.id}/${component.custom_id}`;
  const waits = message.waiting.includes(key);
  return make("button", {
    type: "button",
    class: `button${component.style === PRIMARY ? " primary" : ""}${waits ? " waits" : ""}`,
    "data-key": key,
    disabled: component.disabled,
    "aria-busy": waits && "true",
    click: () => waits || context.press(message, component),
  }, component.label);
}

function select(message, component, context) {
  const key = `${message.id}/${component.custom_id}`;
  return make("select", {
    "aria-label": "Make a selection",
    "data-key": key,
    disabled: component.disabled || message.waiting.includes(key),
    change: ({ target }) => context.press(message, component, [target.value]),
  }, component.options.map(({ value, label, default: selected }) => make("option", { value, selected }, label)));
}

function pinNotice(message, context) {
  return make("li", { class: "message muted", "data-id": message.id },
    make("span", { class: "notice-icon", "aria-hidden": "true" }, "📌"),
    make("p", {},
      make("strong", {}, message.author.username), " pinned ",
      make("strong", {}, "a message"), " to this channel. ",
      make("button", { type: "button", class: "text", click: context.showPins }, "See all pinned messages"), ". ",
      sentAt(message.timestamp)));
}
