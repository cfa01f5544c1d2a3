// Elements are made of text nodes and properties only: what the bot sends is never parsed as HTML.

/** An element with properties (`class`, `data-…`, `aria-…` and other attributes; functions are listeners) and children. */
export function make(name, properties = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (typeof value === "function") element.addEventListener(key, value);
    else if (value) element.setAttribute(key, value === true ? "" : String(value));
  }
  element.append(...children.flat().filter(Boolean));
  return element;
}

/** Show an element for each entry. Those of unchanged entries stay the same, and the focus stays on what has its `data-key`. */
export function update(list, entries, elementOf) {
  const key = list.contains(document.activeElement) && document.activeElement.dataset.key;
  const old = new Map([...list.children].map((element) => [element.print, element]));
  const elements = entries.map((entry) => {
    const print = JSON.stringify(entry);
    return old.get(print) ?? Object.assign(elementOf(entry), { print });
  });
  if (elements.length === list.children.length && elements.every((element, index) => element === list.children[index])) return;
  list.replaceChildren(...elements);
  if (key) list.querySelector(`[data-key="${CSS.escape(key)}"]`)?.focus();
}

/** Post JSON to the server; the answer's JSON, or `{ok: false}` where there was none. */
export async function post(path, body) {
  try {
    const headers = { "Content-Type": "application/json" };
    const response = await fetch(path, { method: "POST", headers, body: JSON.stringify(body) });
    return response.ok ? await response.json() : { ok: false };
  } catch {
    return { ok: false };
  }
}

// Moments as Discord shows them, in the reader's own language and zone. Relative ones stand still until the message
// changes, as they do in Discord's embeds and on phones: https://github.com/discord/discord-api-docs/issues/7874

const STYLES = {
  t: { timeStyle: "short" },
  f: { dateStyle: "long", timeStyle: "short" },
  F: { dateStyle: "full", timeStyle: "short" },
  s: { dateStyle: "short", timeStyle: "short" },
};
const UNITS = [["year", 31_557_600], ["month", 2_629_800], ["day", 86_400], ["hour", 3_600], ["minute", 60], ["second", 1]];
const relative = new Intl.RelativeTimeFormat("en", { numeric: "always" });

/** `<t:seconds:style>` as an element; its title has the whole moment. */
export function timeElement(seconds, style) {
  const moment = new Date(seconds * 1000);
  if (Number.isNaN(moment.getTime())) return `<t:${seconds}:${style}>`;
  const text = style === "R" ? ago(seconds) : format(moment, style);
  return make("time", { datetime: moment.toISOString(), title: format(moment, "F"), class: "stamp" }, text);
}

function format(moment, style) {
  return new Intl.DateTimeFormat(undefined, STYLES[style]).format(moment);
}

function ago(seconds) {
  const away = seconds - Date.now() / 1000;
  const [unit, size] = UNITS.find(([, length]) => Math.abs(away) >= length * 0.95) ?? UNITS.at(-1);
  return relative.format(Math.round(away / size), unit);
}

/** When a message was sent: "Today at 14:20", or the date. */
export function sentAt(iso) {
  const moment = new Date(iso);
  const today = moment.toDateString() === new Date().toDateString();
  const text = today ? `Today at ${format(moment, "t")}` : format(moment, "s");
  return make("time", { datetime: iso, title: format(moment, "F") }, text);
}
