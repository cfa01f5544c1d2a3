// Elements are made of text nodes and properties only: what the bot sends is never parsed as HTML.

/** An element with properties (`class`, `data-…`, `aria-…` and other attributes; functions are listeners) and children. */
export function make(name, properties = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (typeof value === "function") element.addEventListener(key, value);
    else element.setAttribute(key, value === true ? "" : String(value));
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== ""));
  return element;
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
