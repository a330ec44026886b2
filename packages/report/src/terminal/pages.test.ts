import type { AccessAnswer } from '@keyreach/core/authz';
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
  const line = { key: name, asks: `${name} is "${name}"`, outcome: 'conditional', decidedBy: 'request' } as const;
  const rule = { policy: name, policyName: name, policyType: 'inline', statement: 0, sid: name, on: `user:${name}` };
  const gap = { scope: name, what: name, why: name, fix: name };
  const answer: AccessAnswer = {
    verdict: 'conditional',
    reasons,
    blockedBy: ['identity-guard'],
    chosen: { [name]: [name] },
    assumptions: [name],
    zones: { principal: name, resource: `${name}2`, cross: true },
    layers: [
      {
        layer: 'identity-guard',
        outcome: 'conditional',
        policies: [{ ...rule, policyType: 'boundary' }],
        policyCount: 1,
      },
      { layer: 'principal-scope-guard', outcome: 'deny', scope: name, policies: [rule], policyCount: 1 },
      { layer: 'principal-scope-guard', outcome: 'allow', scope: name, exempt: 'scope', policies: [], policyCount: 0 },
      { layer: 'identity-grant', outcome: 'deny', policies: [rule], policyCount: 1 },
      { layer: 'resource-grant', outcome: 'unknown', policies: [rule], policyCount: 1 },
    ],
    nearMisses: [
      {
        ...rule,
        layer: 'identity-grant',
        effect: 'allow',
        missed: 'resource',
        names: [name],
        nameCount: 9,
        conditions: [],
      },
      {
        ...rule,
        layer: 'identity-grant',
        effect: 'allow',
        missed: 'principal',
        names: [name],
        nameCount: 1,
        conditions: [],
      },
    ],
    nearDenies: [
      {
        ...rule,
        layer: 'explicit-deny',
        effect: 'deny',
        missed: 'condition',
        names: [],
        nameCount: 0,
        conditions: [line],
      },
    ],
    dependsOn: [{ ...rule, layer: 'identity-grant', effect: 'allow', certainty: 'conditional', conditions: [line] }],
    choices: [line],
    needs: [{ need: 'no-deny', by: rule, conditions: [{ ...line, outcome: 'holds', found: name }] }],
    missingInput: [gap],
    resourceUnlisted: true,
    credential: { id: name, status: 'disabled', ifActive: 'conditional' },
  };
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
    verdict: verdictPage({ principal: `user:${name}`, action: name, resource: name, answer }, view, {
      everything: true,
    }),
    whoCan: whoCanPage(
      {
        action: name,
        resource: name,
        principals: [{ id: `user:${name}`, certainty: 'conditional' }],
        explained: new Map([[`user:${name}`, answer]]),
      },
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
    const { verdict = '', whoCan = '' } = pages('ci');
    expect(verdict).toMatch(
      /^DISABLED {2}ci is disabled: nothing can be done with it until someone enables it again\n/,
    );
    expect(verdict).toContain('\nCONDITIONAL  ci  ci  ci\n');
    expect(verdict).toContain('with the credential active: allowed only if ci is "ci"');
    expect(verdict).toContain('to ask about one request: --context ci=VALUE');
    expect(whoCan).toContain('allowed only if ci is "ci"');
  });

  it('count the services of one who may do everything, and say which window would judge young credentials', () => {
    const [identity] = sampleAnalysis('ci').unused;
    const services = Array.from({ length: 300 }, (_, index) => ({
      permission: `s${index}:*`,
      state: 'unused' as const,
      sources: ['x'],
    }));
    const credential = {
      id: 'key',
      type: 'access-key',
      status: 'active',
      state: 'unknown',
      lastUsed: { state: 'never' },
      ageDays: 40,
    } as const;
    const page = (kept: number, ageDays: number): string =>
      unusedPage(
        {
          schema: 'keyreach-unused',
          schemaVersion: 1,
          now: '2026-01-01T00:00:00.000Z',
          windowDays: 90,
          identities: [
            {
              ...identity!,
              services: services.slice(0, kept),
              counts: { ...identity!.counts, granted: kept, unused: kept },
              credentials: [{ ...credential, ageDays }],
            },
          ],
          gaps: [],
        },
        { width: 100, palette: plainPalette, labels: labelsOfAnalysis(sampleAnalysis('ci')) },
        { top: 5 },
      );
    expect(page(300, 40)).toContain('unused: 300 services, as for one who may do everything; --json lists them');
    expect(page(13, 40)).toContain('s10:*, s11:*, and 1 more');
    expect(page(13, 40)).toContain('1 credential is younger than the 90 days asked for; --window 40 asks');
    expect(page(13, 90)).not.toContain('--window');
  });
});
