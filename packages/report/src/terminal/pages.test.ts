import { describe, expect, it } from 'vitest';
import { hostileNames, sampleAnalysis, sampleRadius } from '../testing/results.ts';
import { labelsOfAnalysis } from '../words/labels.ts';
import { analysisPage } from './analysis-page.ts';
import { plainPalette } from './paint.ts';
import { radiusPage } from './radius-page.ts';
import { unusedPage } from './unused-page.ts';
import { verdictPage } from './verdict-page.ts';
import { whoCanPage } from './who-can-page.ts';

function pages(name: string): Readonly<Record<string, string>> {
  const analysis = sampleAnalysis(name);
  const view = { width: 100, palette: plainPalette, labels: labelsOfAnalysis(analysis) };
  const reasons = sampleRadius(name).reaches[0]!.path[0]!.evidence.flatMap((one) =>
    one.kind === 'permission' ? one.reasons : [],
  );
  const explanation = {
    verdict: 'conditional',
    reasons,
    blockedBy: ['identity-guard'],
    chosen: { [name]: [name] },
    assumptions: [name],
  } as const;
  return {
    analysis: analysisPage(analysis, view, { top: 20 }),
    radius: radiusPage(sampleRadius(name), view, { nearest: 5, detail: 'full' }),
    short: radiusPage(sampleRadius(name), view, { nearest: 5, detail: 'short' }),
    unused: unusedPage(
      {
        schema: 'keyreach-unused',
        schemaVersion: 1,
        now: analysis.now,
        windowDays: 90,
        identities: analysis.unused,
        gaps: analysis.gaps,
      },
      view,
      { top: 5 },
    ),
    verdict: verdictPage(
      { principal: `user:${name}`, action: name, resource: name, explanation, guards: [name] },
      view,
      { everything: true },
    ),
    whoCan: whoCanPage(
      { action: name, resource: name, principals: [{ id: `user:${name}`, certainty: 'allow' }] },
      view,
    ),
  };
}

describe('terminal pages', () => {
  it.each(hostileNames)('write %j without a control character', (name) => {
    for (const [page, text] of Object.entries(pages(name))) {
      expect(text.replaceAll('\n', ''), page).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
    }
  });

  it('begin with what to act on and end with what is missing', () => {
    const { analysis = '' } = pages('ci');
    const lines = analysis.split('\n');
    expect(lines[0]).toBe('Act: access key ci');
    expect(analysis).toContain('Attend (Act?)');
    expect(analysis).toContain('1–3');
    expect(analysis.indexOf('What is missing')).toBeGreaterThan(analysis.indexOf('Ranking'));
    expect(analysis).toContain('run ci');
  });

  it('tell a path with technique, certainty and the statement that proves it', () => {
    expect(pages('ci')['short']).toContain(
      'user ci —ci→ role ci (ci)  (inline policy ci, statement 2 "ci", depends on ci (ci); conditional)',
    );
    expect(pages('ci')['radius']).toContain(
      'sts:AssumeRole on role:ci [conditional]: inline policy ci, statement 2 "ci"',
    );
  });

  it('never turn what the input does not list into a number', () => {
    expect(pages('ci')['radius']).toContain('at least 1 resource');
    expect(pages('ci')['radius']).toContain(
      'not listed in the input, whatever else lies in ci: data-read, not excluded',
    );
  });

  it('say what a verdict depends on and how to try it', () => {
    expect(pages('ci')['verdict']).toMatch(/^CONDITIONAL {2}user ci/);
    expect(pages('ci')['verdict']).toContain('ci; try --context ci=VALUE');
  });
});
