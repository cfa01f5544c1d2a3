// The part of Discord's markdown that the dashboard uses, rendered into text nodes and plain elements.

import { make, timeElement } from "./dom.js";

const INLINE = [
  // Discord draws emoji as pictures, wider than a font's.
  [/^(?![©®™])\p{Extended_Pictographic}\uFE0F?/u, ([emoji]) => make("span", { class: "emoji" }, emoji)],
  [/^\\([^0-9A-Za-z\s])/, ([, character]) => character],
  [/^(`+)([\s\S]*?[^`])\1(?!`)/, ([, , code]) => make("code", {}, code.trim() || code)],
  [/^<t:(-?\d{1,13})(?::([tfR]))?>/, ([, seconds, style]) => timeElement(Number(seconds), style ?? "f")],
  [/^<@!?(\d+)>/, ([, id], names) => mention(`@${names[id] ?? "unknown-user"}`)],
  [/^@(?:everyone|here)\b/, ([text]) => mention(text)],
  [/^\[((?:\\.|[^[\]\\])+)\]\(<?(https?:\/\/[^\s<>)]+)>?(?:\s+"[^"]*")?\)/, ([, text, url], names) => link(url, ...inline(text, names))],
  [/^https?:\/\/[^\s<]*[^\s<.,:;"')\]]/, ([url]) => link(url, url)],
  [/^\*\*((?:\\[\s\S]|[^\\])+?)\*\*(?!\*)/, ([, text], names) => make("strong", {}, ...inline(text, names))],
  [/^__((?:\\[\s\S]|[^\\])+?)__(?!_)/, ([, text], names) => make("u", {}, ...inline(text, names))],
  [/^~~((?:\\[\s\S]|[^\\])+?)~~/, ([, text], names) => make("s", {}, ...inline(text, names))],
  [/^\|\|((?:\\[\s\S]|[^\\])+?)\|\|/, ([, text], names) => make("span", { class: "spoiler", tabindex: "0" }, ...inline(text, names))],
  [/^\*(?=\S)((?:\*\*|\\[\s\S]|[^*\\])+?)\*(?!\*)/, ([, text], names) => make("em", {}, ...inline(text, names))],
  [/^_((?:__|\\[\s\S]|[^_\\])+?)_(?![0-9A-Za-z_])/, ([, text], names) => make("em", {}, ...inline(text, names))],
  [/^(?:[0-9A-Za-z\u00c0-\u024f ]+?(?=[^0-9A-Za-z\u00c0-\u024f ]|https?:\/\/|$)|[\s\S])/u, ([plain]) => plain],
];

const mention = (text) => make("span", { class: "mention" }, text);
const link = (url, ...children) => make("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, ...children);

/** What stands inside a line, as nodes; `names` are those of members by id. */
function inline(text, names) {
  const nodes = [];
  while (text) {
    const [pattern, render] = INLINE.find(([pattern]) => pattern.test(text));
    const match = pattern.exec(text);
    nodes.push(render(match, names));
    text = text.slice(match[0].length);
  }
  return nodes;
}

/** A whole text, line by line; a line break stands between two lines, but subtext breaks by itself. */
export function markdown(text, names) {
  const fragment = document.createDocumentFragment();
  let open = false;
  for (const line of text.replace(/\n$/, "").split("\n")) {
    const subtext = /^-#\s+(\S.*)$/.exec(line);
    if (open && !subtext) fragment.append(make("br"));
    fragment.append(...(subtext ? [make("small", { class: "subtext" }, ...inline(subtext[1], names))] : inline(line, names)));
    open = !subtext;
  }
  fragment.normalize();
  return fragment;
}
