/**
 * Markup as values of their own type: whatever is put into a template goes in as text, so that nothing in a name can become
 * markup; only other templates go in as they are.
 */

export interface Markup {
  readonly markup: string;
}

type Part = Markup | string | number | undefined | readonly (Markup | string)[];

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Control characters mean nothing in a document, and some of them turn around the text that follows. */
const CONTROLS = /(?!\n)[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu;

const escapeText = (text: string): string =>
  text.replace(CONTROLS, '\ufffd').replace(/[&<>"']/g, (character) => ENTITIES[character]!);

/** Attributes must stand in quotes. Numbers are coordinates: two decimals. */
export const html = (strings: TemplateStringsArray, ...parts: readonly Part[]): Markup => ({
  markup: strings.map((string, at) => (at === 0 ? string : `${textOf(parts[at - 1])}${string}`)).join(''),
});

export const EMPTY: Markup = { markup: '' };

function textOf(part: Part): string {
  if (part === undefined) return '';
  if (typeof part === 'string') return escapeText(part);
  if (typeof part === 'number') return String(Math.round(part * 100) / 100);
  return 'markup' in part ? part.markup : part.map(textOf).join('');
}

/** For style sheets of our own only: goes in as it is. */
export const trusted = (text: string): Markup => ({ markup: text });
