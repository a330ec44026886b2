import { describe, expect, it } from 'vitest';
import { GraphBuilder } from '../graph/graph-builder.ts';
import type { Graph, Json } from '../graph/model.ts';
import { linkSubjects } from './link-subjects.ts';

const ISSUER = 'token.example';

function subjects(...given: readonly (readonly [text: string, attributes?: Readonly<Record<string, Json>>])[]): Graph {
  const builder = new GraphBuilder();
  for (const [text, attributes] of given) {
    builder.node({
      kind: 'identity',
      id: `federated:${ISSUER}#${text}`,
      provider: 'aws',
      type: 'federated-subject',
      name: text,
      external: true,
      attributes: { issuer: ISSUER, ...attributes },
    });
  }
  return builder.build();
}

const links = (graph: Graph): readonly string[] =>
  linkSubjects(graph).edges.map(
    ({ from, to, certainty = 'allow' }) =>
      `${from.slice(from.indexOf('#') + 1)} → ${to.slice(to.indexOf('#') + 1)} ${certainty}`,
  );

describe('linkSubjects', () => {
  it('leads a single subject to the patterns it matches, and to no other', () => {
    expect(
      links(subjects(['repo:o/r:ref:main'], ['repo:o/r:*'], ['repo:o/x:*'], ['*'], ['repo:o/r:env:prod'])),
    ).toEqual([
      'repo:o/r:env:prod → * allow',
      'repo:o/r:env:prod → repo:o/r:* allow',
      'repo:o/r:ref:main → * allow',
      'repo:o/r:ref:main → repo:o/r:* allow',
    ]);
  });

  it('is sure of claims that the subject has, and of its audience', () => {
    const pattern = ['r:*', { claims: { sub: 'r:*', aud: 'x', environment: ['prod', 'test-*'] } }] as const;
    expect(links(subjects(['r:1'], pattern))).toEqual(['r:1 → r:* unknown']);
    expect(links(subjects(['r:1', { claims: { environment: 'test-1', aud: 'y' } }], pattern))).toEqual([
      'r:1 → r:* allow',
    ]);
    expect(links(subjects(['r:1', { claims: { environment: ['prod', 'dev'] } }], pattern))).toEqual([
      'r:1 → r:* unknown',
    ]);
  });

  it('leaves other issuers, missing providers, variables and expressions alone', () => {
    const own = subjects(['r:1'], ['r:*', { issuer: 'other.example' }]);
    expect(linkSubjects(own)).toBe(own);
    expect(links(subjects(['r:1'], ['r:*', { providerMissing: true }]))).toEqual([]);
    expect(links(subjects(['r:1'], ['r:${*}'], ['r:*', { expression: 'r:*' }]))).toEqual([]);
  });

  it('says so where there is too much to compare', () => {
    const many = Array.from({ length: 1001 }, (_, at) => [[`r:${at}`], [`r:${at}*`]] as const).flat();
    const linked = linkSubjects(subjects(...many));
    expect([linked.edges.length, linked.gaps.map(({ what }) => what)]).toEqual([0, ['federated subjects']]);
  });
});
