import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { hostileNames, sampleAnalysis } from '../testing/results.ts';
import { htmlReport } from './html-report.ts';
import { styleHash, styleSheet } from './style-sheet.ts';

/** Names of the elements in a page, closing tags too. */
function elements(page: string): string {
  return [...page.matchAll(/<(\/?[a-z][a-z0-9]*)/gi)].map(([, name]) => name).join(' ');
}

/** Names of the attributes in a page. */
function attributes(page: string): readonly string[] {
  const tags = [...page.replace(styleSheet, '').matchAll(/<[a-z][^>]*>/gi)].map(([tag]) => tag);
  return [
    ...new Set(tags.flatMap((tag) => [...tag.matchAll(/\s([a-z][a-z-]*)="[^"]*"/gi)].map(([, name]) => name!))),
  ].sort();
}

describe('htmlReport', () => {
  const plain = htmlReport(sampleAnalysis('plain'));

  it.each(hostileNames)('keeps %j where it belongs', (name) => {
    const page = htmlReport(sampleAnalysis(name));
    expect(elements(page)).toBe(elements(plain));
    expect(attributes(page)).toEqual(attributes(plain));
    expect(page.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
  });

  it('runs nothing and asks for nothing', () => {
    expect(plain).not.toMatch(/<script|<link|<img|<iframe|\ssrc=|\sstyle=|\son[a-z]+=|url\(|@import|https?:/i);
  });

  it('names its own style sheet, and nothing else, in the content security policy', () => {
    expect(styleHash).toBe(`sha256-${createHash('sha256').update(styleSheet).digest('base64')}`);
    expect(plain).toContain(`default-src 'none'; style-src '${styleHash}'`);
  });

  it('tells headline, ranking, paths with statements, use and what is missing', () => {
    const text = plain
      .replace(styleSheet, '')
      .replace(/<[^>]*>/g, '\n')
      .replaceAll('&quot;', '"');
    for (const expected of [
      'Act: access key plain',
      'could be Act',
      'What falls if it is stolen',
      'sts:AssumeRole on role:plain [conditional]: inline policy plain, statement 2 "plain"',
      '50–100 %',
      'What this report cannot know',
      'run plain',
      'at least 1 resource',
    ]) {
      expect(text).toContain(expected);
    }
  });

  it('counts the actions of identities and of their credentials', () => {
    expect(plain).toContain('<td class="long" data-name="actions">3: 1 used, 1 unused, 1 unknown<br>');
    expect(plain).toMatch(/with [^<]*: 3: 1 used, 0 unused, 2 unknown<\/span><\/td>/);
  });

  it('gives equal bytes for equal analyses', () => {
    expect(htmlReport(sampleAnalysis('plain'))).toBe(plain);
  });

  it('has a page for an estate with nothing in it', () => {
    const empty = {
      ...sampleAnalysis('x'),
      headline: [],
      subjects: [],
      stories: [],
      unused: [],
      coverage: [],
      gaps: [],
    };
    expect(htmlReport(empty)).toContain('holds no credential and no identity');
  });
});
