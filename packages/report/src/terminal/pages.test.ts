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

  it('tell which actions nobody used, which nobody can tell of, and what each credential is used for', () => {
    const { unused = '' } = pages('ci');
    expect(unused).toContain(
      '  3 actions granted, 1 used, 1 unused, 1 unknown; share unused 33–67 %, weighted 62–92 %',
    );
    expect(unused).toContain('    unused, permission-admin: ci:Undo\n');
    expect(unused).toContain('    unknown: iam:PassRole: no ci\n');
    expect(unused).toContain('    with it: 1 action used (ci:Do), 0 unused, 2 unknown\n');
  });

  it('list unused actions by what they give, and reasons by how many actions they are for', () => {
    const [identity] = sampleAnalysis('ci').unused;
    const list = [
      ...(['meta-read', 'secret-read', 'permission-admin', 'delete'] as const).map((one) => ({
        permission: `a:${one}`,
        class: one,
        state: 'unused' as const,
        sources: [],
      })),
      ...Array.from({ length: 21 }, (_, index) => ({
        permission: `b:${index}`,
        state: 'unknown' as const,
        sources: [],
        why: `reason ${Math.floor(Math.sqrt(index))}`,
      })),
    ];
    const counts = { granted: 25, used: 0, unused: 4, unknown: 21 };
    const actions = { counts, ratio: { lo: 4 / 25, hi: 1 }, list };
    const report = { schema: 'keyreach-unused', schemaVersion: 1, now: '2026-01-01T00:00:00.000Z' } as const;
    const text = unusedPage(
      { ...report, windowDays: 90, identities: [{ ...identity!, actions }], gaps: [] },
      { width: 100, palette: plainPalette, labels: labelsOfAnalysis(sampleAnalysis('ci')) },
      { top: 5 },
    );
    const lines = text.split('\n').filter((line) => line.startsWith('    un') || line.startsWith('    and'));
    expect(lines).toEqual([
      expect.stringContaining('unused: ci:*'),
      expect.stringContaining('unknown: s3:*'),
      '    unused, permission-admin: a:permission-admin',
      '    unused, secret-read: a:secret-read',
      '    unused, delete: a:delete',
      '    unused, meta-read: a:meta-read',
      '    unknown: b:9, b:10, b:11, b:12, b:13, b:14, b:15: reason 3',
      '    unknown: b:4, b:5, b:6, b:7, b:8: reason 2',
      '    unknown: b:16, b:17, b:18, b:19, b:20: reason 4',
      '    unknown: b:1, b:2, b:3: reason 1',
      '    and for 1 more reason; --json lists all',
    ]);
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
