/**
 * The live page: one HTML document that loads nothing, put together from the files of `live-page/` and the style that reports
 * have too. Its policy lets run nothing but its own style and script, and lets them talk to nobody but the server that they came
 * from.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

const FOLDER = new URL('../../../live-page/', import.meta.url);

/** What is imported comes before who imports it. */
const SCRIPTS = ['format.js', 'build.js', 'chart.js', 'batch-sizes.js', 'figures.js', 'tables.js', 'page.js'];

export interface LivePage {
  readonly html: Buffer;
  /** Of its answer. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Reads the files; they belong to the package. */
export function assembleLivePage(): LivePage {
  const style = `\n${read('../page-base.css')}\n${read('page.css')}`;
  const script = `\nconst modules = {};\n${SCRIPTS.map(inline).join('\n')}\n`;
  // A function, since a replacement's text would have its dollar signs interpreted.
  const html = read('page.html')
    .replace('<style></style>', () => `<style>${style}</style>`)
    .replace('<script type="module"></script>', () => `<script type="module">${script}</script>`);
  return {
    html: Buffer.from(html),
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-cache',
      'content-security-policy': [
        "default-src 'none'",
        `script-src '${hashOf(script)}'`,
        `style-src '${hashOf(style)}'`,
        "connect-src 'self'",
        'img-src data:',
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
      ].join('; '),
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
    },
  };
}

const read = (file: string): string => readFileSync(new URL(file, FOLDER), 'utf8');

const hashOf = (text: string): string => `sha256-${createHash('sha256').update(text).digest('base64')}`;

/** A module becomes a function that gives what the module exports: a document that loads nothing can import nothing. */
function inline(file: string): string {
  const source = read(file);
  const exported = [...source.matchAll(/^export (?:function|const) (\w+)/gm)].map(([, name]) => name);
  const body = source
    .replace(/^import (\{[^}]*\}) from '\.\/(.*)';$/gm, "const $1 = modules['$2'];")
    .replace(/^export /gm, '');
  return `modules['${file}'] = (() => {\n${body}return { ${exported.join(', ')} };\n})();`;
}
