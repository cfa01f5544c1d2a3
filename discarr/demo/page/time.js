// Moments as Discord shows them, in the reader's own language and zone. Relative ones stand still until the message
// changes, as they do in Discord's embeds and on phones: https://github.com/discord/discord-api-docs/issues/7874

import { make } from "./dom.js";

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
