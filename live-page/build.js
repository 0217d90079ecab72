/** Builds elements. Text goes in as text, so that nothing in a name can become markup. */

const SVG = 'http://www.w3.org/2000/svg';

/** @typedef {Readonly<Record<string, string | number>>} Attributes */

/**
 * @param {string} tag
 * @param {Attributes} attributes
 * @param {(Node | string)[]} children
 */
export function element(tag, attributes = {}, ...children) {
  return filled(document.createElement(tag), attributes, children);
}

/**
 * The same for drawings.
 * @param {string} tag
 * @param {Attributes} attributes
 * @param {(Node | string)[]} children
 */
export function shape(tag, attributes = {}, ...children) {
  return filled(document.createElementNS(SVG, tag), attributes, children);
}

/**
 * @template {Element} E
 * @param {E} made
 * @param {Attributes} attributes
 * @param {(Node | string)[]} children
 */
function filled(made, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, String(value));
  made.append(...children);
  return made;
}

/**
 * The element of the page with this id.
 * @param {string} id
 */
export function byId(id) {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`the page has no #${id}`);
  return found;
}

/**
 * Shows these nodes and nothing else; leaves alone what shows them already, so that a selection stays.
 * @param {Element} parent
 * @param {(Node | string)[]} nodes
 */
export function show(parent, ...nodes) {
  const next = element('div', {}, ...nodes);
  if (next.innerHTML !== parent.innerHTML) parent.replaceChildren(...next.childNodes);
}

/**
 * Says this in the element with this id; what is said already is left alone, so that it is not read out again.
 * @param {string} id
 * @param {string} text
 */
export function say(id, text) {
  const place = byId(id);
  if (place.textContent !== text) place.textContent = text;
}
