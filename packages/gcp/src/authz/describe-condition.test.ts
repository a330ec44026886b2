import { describe, expect, it } from 'vitest';
import { gcpConditionLanguage } from './condition-language.ts';
import { APP, BUCKET, modelOf, NOW, PROJECT } from './testing/small-estate.ts';

function findings(body: Parameters<typeof gcpConditionLanguage.compile>[0], action: string, resource: string) {
  const model = modelOf({ facts: { [BUCKET]: { tags: { '1/env': 'prod' } } } });
  const identity = model.graph.identity(APP);
  const provider = model.provider('gcp');
  if (identity === undefined || provider === undefined) throw new Error('not in the estate');
  const request = {
    principal: model.factsOf(identity),
    action,
    resource: model.resourceFacts(resource, provider),
    context: new Map(),
    now: NOW,
  };
  return gcpConditionLanguage.describe?.(body, request);
}

describe('describe', () => {
  it('tells each part of a conjunction, and until when a bound of time holds', () => {
    const cel =
      "resource.name.startsWith('projects/_/buckets/x') && request.time < timestamp('2026-07-01T00:00:00Z') && resource.matchTag('1/env', 'prod') && request.time.getHours() < 9";
    expect(findings({ cel }, 'storage.buckets.get', BUCKET)).toEqual([
      {
        key: 'resource.name',
        asks: "resource.name.startsWith('projects/_/buckets/x')",
        outcome: 'fails',
        found: '"projects/_/buckets/reports"',
        decidedBy: 'graph',
      },
      {
        key: 'request.time',
        asks: "request.time < timestamp('2026-07-01T00:00:00Z')",
        outcome: 'holds',
        found: '2026-06-15T12:00:00.000Z, holds until 2026-07-01T00:00:00.000Z',
        decidedBy: 'graph',
      },
      {
        key: 'resource.tag/1/env',
        asks: "resource.matchTag('1/env', 'prod')",
        outcome: 'holds',
        found: '"prod"',
        decidedBy: 'graph',
      },
      {
        key: 'request.time',
        asks: 'request.time.getHours() < 9',
        outcome: 'conditional',
        found: '2026-06-15T12:00:00.000Z',
        decidedBy: 'request',
      },
    ]);
  });

  it('says what a resource does not provide', () => {
    expect(findings({ cel: "resource.name != 'x'" }, 'resourcemanager.projects.get', PROJECT)).toEqual([
      {
        key: 'resource.name',
        asks: "resource.name != 'x'",
        outcome: 'fails',
        found: 'not provided by the resource',
        decidedBy: 'graph',
      },
    ]);
  });

  it('tells what a boundary lets through, and nothing of what it does not understand', () => {
    expect(findings({ under: [PROJECT] }, 'storage.buckets.get', BUCKET)).toMatchObject([{ outcome: 'holds' }]);
    expect(findings({ under: [] }, 'storage.buckets.get', BUCKET)).toMatchObject([{ outcome: 'fails' }]);
    expect(findings({ strange: 1 }, 'storage.buckets.get', BUCKET)).toEqual([]);
  });
});
