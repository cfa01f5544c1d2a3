// One message: its author, text, embeds and buttons.

import { make } from "./dom.js";
import { inline, markdown } from "./markdown.js";
import { sentAt } from "./time.js";

const EPHEMERAL = 1 << 6;
const LOADING = 1 << 7;
const BUTTON_STYLES = { 1: "primary", 2: "secondary", 3: "success", 4: "danger", 5: "link" };
const PINS_ADD = 6;
const BUTTON = 2;

/**
 * A message as an element. `context` has the names and `press(message, component, values)`, `dismiss(message)`, `showPins()`,
 * `waiting` (a set of `message/custom_id`) and `failed` (a map of message ids to what is said beneath).
 */
export function messageElement(message, context) {
  if (message.type === PINS_ADD) return pinNotice(message, context);
  const own = Boolean(message.flags & EPHEMERAL);
  return make("li", { class: `message${own ? " own" : ""}`, "data-id": message.id },
    avatar(message.author),
    make("div", { class: "body" },
      heading(message),
      message.flags & LOADING ? thinking(message) : content(message, context),
      message.embeds.map((embed) => embedElement(embed, context.names)),
      message.components.map((row) => make("div", { class: "row" }, row.components.map((each) => control(message, each, context)))),
      failure(message, context),
      own ? privateLine(message, context) : null));
}

export function avatar(author) {
  const image = make("span", { class: `avatar ${author.bot ? "bot" : ""}`, "aria-hidden": "true" }, author.username[0].toUpperCase());
  return image;
}

function heading(message) {
  return make("div", { class: "heading" },
    make("span", { class: message.author.bot ? "author bot" : "author" }, message.author.username),
    message.author.bot ? make("span", { class: "badge" }, "APP") : null,
    sentAt(message.timestamp),
    message.pinned ? make("span", { class: "pinned", title: "Pinned", role: "img", "aria-label": "Pinned" }, "📌") : null);
}

function thinking(message) {
  return make("p", { class: "thinking" }, make("span", { class: "dots", "aria-hidden": "true" }), `${message.author.username} is thinking…`);
}

function content(message, context) {
  const edited = message.edited_timestamp ? make("span", { class: "edited", title: message.edited_timestamp }, " (edited)") : null;
  if (!message.content) return edited && message.embeds.length ? null : edited;
  return make("div", { class: "content" }, markdown(message.content, context.names), edited);
}

export function embedElement(embed, names) {
  const element = make("article", { class: "embed" },
    embed.author ? make("p", { class: "embed-author" }, embed.author.name) : null,
    embed.title ? make("h2", { class: "embed-title" }, embed.url ? make("a", { href: embed.url, rel: "noopener noreferrer", target: "_blank" },
      ...inline(embed.title, names)) : inline(embed.title, names)) : null,
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
    make(/\w/.test(field.name) ? "h3" : "div", { class: "field-name" }, ...inline(field.name, names)),
    make("div", {}, markdown(field.value, names, { headers: false })));
}

function footer(embed) {
  const parts = [];
  if (embed.footer) parts.push(embed.footer.text);
  if (embed.footer && embed.timestamp) parts.push(" • ");
  if (embed.timestamp) parts.push(sentAt(embed.timestamp));
  return parts.length ? make("footer", {}, parts) : null;
}

function control(message, component, context) {
  return component.type === BUTTON ? button(message, component, context) : select(message, component, context);
}

function button(message, component, context) {
  const label = [
    component.emoji ? make("span", { class: "emoji", "aria-hidden": component.label ? "true" : null }, emojiText(component.emoji)) : null,
    component.label ? make("span", {}, component.label) : null,
  ];
  if (component.url) return make("a", { class: "button link", href: component.url, target: "_blank", rel: "noopener noreferrer" }, label, " ↗");
  const waits = context.waiting.has(`${message.id}/${component.custom_id}`);
  return make("button", {
    type: "button",
    class: `button ${BUTTON_STYLES[component.style]}${waits ? " waits" : ""}`,
    "data-custom-id": component.custom_id,
    disabled: component.disabled,
    "aria-busy": waits ? "true" : null,
    click: () => waits || context.press(message, component),
  }, label);
}

export function emojiText(emoji) {
  return emoji.id ? `:${emoji.name}:` : emoji.name;
}

function select(message, component, context) {
  const many = (component.max_values ?? 1) > 1;
  const element = make("select", {
    "aria-label": component.placeholder ?? "Make a selection",
    "data-custom-id": component.custom_id,
    disabled: component.disabled || context.waiting.has(`${message.id}/${component.custom_id}`),
    multiple: many,
    change: () => context.press(message, component, [...element.selectedOptions].map((option) => option.value)),
  });
  const chosen = component.options.some((option) => option.default);
  if (!many && !chosen) element.append(make("option", { value: "", disabled: true, selected: true }, component.placeholder ?? "Make a selection"));
  element.append(...component.options.map(optionElement));
  return element;
}

export function optionElement(option) {
  const emoji = option.emoji ? `${emojiText(option.emoji)} ` : "";
  const description = option.description ? ` — ${option.description}` : "";
  return make("option", { value: option.value, selected: option.default }, `${emoji}${option.label}${description}`);
}

function failure(message, context) {
  const said = context.failed.get(message.id);
  return said ? make("p", { class: "failed", role: "alert" }, said) : null;
}

function privateLine(message, context) {
  return make("p", { class: "only-you" }, "👁 Only you can see this · ",
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
