// The part of Discord's markdown that the dashboard uses, rendered into text nodes and plain elements.

import { make } from "./dom.js";
import { timeElement } from "./time.js";

const INLINE = [
  // Discord draws emoji as pictures, wider than a font's.
  [/^(?![©®™])\p{Extended_Pictographic}\uFE0F?/u, ([emoji]) => make("span", { class: "emoji" }, emoji)],
  [/^\\([^0-9A-Za-z\s])/, ([, character]) => character],
  [/^(`+)([\s\S]*?[^`])\1(?!`)/, ([, , code]) => make("code", {}, code.trim() || code)],
  [/^<t:(-?\d{1,13})(?::([tfR]))?>/, ([, seconds, style]) => timeElement(Number(seconds), style ?? "f")],
  [/^<@!?(\d+)>/, ([, id], names) => mention(`@${names.members[id] ?? "unknown-user"}`)],
  [/^<@&(\d+)>/, ([, id], names) => mention(`@${names.roles[id] ?? "unknown-role"}`)],
  [/^@(?:everyone|here)\b/, ([text]) => mention(text)],
  [/^\[((?:\\.|[^[\]\\])+)\]\(<?(https?:\/\/[^\s<>)]+)>?(?:\s+"[^"]*")?\)/, ([, text, url], names) => link(url, ...inline(text, names))],
  [/^https?:\/\/[^\s<]*[^\s<.,:;"')\]]/, ([url]) => link(url, url)],
  [/^\*\*((?:\\[\s\S]|[^\\])+?)\*\*(?!\*)/, ([, text], names) => make("strong", {}, ...inline(text, names))],
  [/^__((?:\\[\s\S]|[^\\])+?)__(?!_)/, ([, text], names) => make("u", {}, ...inline(text, names))],
  [/^~~((?:\\[\s\S]|[^\\])+?)~~/, ([, text], names) => make("s", {}, ...inline(text, names))],
  [/^\|\|((?:\\[\s\S]|[^\\])+?)\|\|/, ([, text], names) => make("span", { class: "spoiler", tabindex: 0 }, ...inline(text, names))],
  [/^\*(?=\S)((?:\*\*|\\[\s\S]|[^*\\])+?)\*(?!\*)/, ([, text], names) => make("em", {}, ...inline(text, names))],
  [/^_((?:__|\\[\s\S]|[^_\\])+?)_(?![0-9A-Za-z_])/, ([, text], names) => make("em", {}, ...inline(text, names))],
];

const PLAIN = /^(?:[0-9A-Za-z\u00c0-\u024f ]+?(?=[^0-9A-Za-z\u00c0-\u024f ]|https?:\/\/|$)|[\s\S])/u;

const mention = (text) => make("span", { class: "mention" }, text);
const link = (url, ...children) => make("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, ...children);

/** What stands inside a line, as nodes; `names` are those of members, roles and channels by id. */
export function inline(text, names) {
  const nodes = [];
  while (text) {
    const [match, node] = token(text, names);
    const last = nodes.at(-1);
    if (typeof node === "string" && typeof last === "string") nodes[nodes.length - 1] = last + node;
    else nodes.push(node);
    text = text.slice(match.length);
  }
  return nodes;
}

function token(text, names) {
  for (const [pattern, render] of INLINE) {
    const match = pattern.exec(text);
    if (match) return [match[0], render(match, names)];
  }
  const plain = PLAIN.exec(text)[0];
  return [plain, plain];
}

/** A whole text, line by line: headers (unless `headers` is false), subtext and lists. */
export function markdown(text, names, { headers = true } = {}) {
  const fragment = document.createDocumentFragment();
  // A line break stands between two lines of plain text; blocks break by themselves.
  let open = false;
  for (const line of text.replace(/\n$/, "").split("\n")) {
    const block = blockOf(line, names, headers);
    if (open && !block) fragment.append(make("br"));
    fragment.append(...(block ? [block] : inline(line, names)));
    open = !block;
  }
  return fragment;
}

function blockOf(line, names, headers) {
  const header = headers && /^(#{1,3})\s+(\S.*)$/.exec(line);
  if (header) return make(`h${header[1].length + 1}`, { class: "header" }, ...inline(header[2], names));
  const subtext = /^-#\s+(\S.*)$/.exec(line);
  if (subtext) return make("small", { class: "subtext" }, ...inline(subtext[1], names));
  const item = /^\s*[-*]\s+(\S.*)$/.exec(line);
  return item && make("ul", {}, make("li", {}, ...inline(item[1], names)));
}
