import { expect, test } from 'vitest';
import { html } from '../../../src/report/html/markup.ts';

test.each([
  ['markup', '<script>alert(1)</script>', '&lt;script&gt;alert(1)&lt;/script&gt;'],
  ['the end of an attribute', '"\' onload=x', '&quot;&#39; onload=x'],
  ['an entity', '&lt;', '&amp;lt;'],
  ['a character that turns text around', 'a\u202eb\u0000', 'a\ufffdb\ufffd'],
])('%s goes in as text', (_, text, expected) => {
  expect(html`<b title="${text}">${text}</b>`.markup).toBe(`<b title="${expected}">${expected}</b>`);
});

test('templates go in as they are, lists one after the other, nothing as nothing, coordinates rounded', () => {
  expect(html`${[html`<i>${'<'}</i>`, 'x&']}${undefined}${1 / 3}`.markup).toBe('<i>&lt;</i>x&amp;0.33');
});
