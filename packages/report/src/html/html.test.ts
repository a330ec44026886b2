import { describe, expect, it } from 'vitest';
import { html } from './html.ts';

describe('html', () => {
  it('escapes every text, in elements and in attributes', () => {
    const text = `<a href='x' title="y">&amp;`;
    expect(html`<p title="${text}">${text}</p>`.markup).toBe(
      '<p title="&lt;a href=&#39;x&#39; title=&quot;y&quot;&gt;&amp;amp;">&lt;a href=&#39;x&#39; title=&quot;y&quot;&gt;&amp;amp;</p>',
    );
  });

  it('nests markup, lists and nothing', () => {
    expect(html`${['a<', html`<b>${1}</b>`]}${undefined}${false}`.markup).toBe('a&lt;<b>1</b>');
  });
});
