// Making and finding elements.

export const byId = (id) => document.getElementById(id);

/** An element with attributes and children; texts become text, never markup. */
export function make(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue;
    if (key === "class") element.className = value;
    else element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children);
  return element;
}

export const show = (id, visible) => (byId(id).hidden = !visible);
