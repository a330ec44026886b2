import { describe, expect, it } from 'vitest';
import { GraphBuilder } from '../graph/graph-builder.ts';
import { GraphIndex } from '../graph/graph-index.ts';
import type { IdentityNode, Json } from '../graph/model.ts';
import { mayHoldUnlisted, unlistedCredentials } from './unlisted-credentials.ts';

const of = (
  type: string,
  attributes: Readonly<Record<string, Json>> = {},
  provider = 'azure',
): readonly [why: string | undefined, mayHold: boolean] => {
  const builder = new GraphBuilder();
  const node: IdentityNode = { kind: 'identity', id: 'who', provider, type, name: 'who', attributes };
  builder.node(node);
  const graph = new GraphIndex(builder.build());
  return [unlistedCredentials(node, graph), mayHoldUnlisted(node, graph)];
};
const ELSEWHERE = 'its credentials are unused, but it can be used without one of them';

describe('credentials that the input does not list', () => {
  it('of a service principal are none only where all places were read', () => {
    expect(of('service-principal', { credentialsListed: true })).toEqual([undefined, false]);
    const missing =
      'its client secrets, certificates and federated credentials may not be in the input; what it lists is unused';
    expect(of('service-principal')).toEqual([missing, true]);
    expect(of('service-principal', { credentialsListed: 'true' })).toEqual([missing, true]);
  });

  it('of static keys are signatures made with them, whatever was read', () => {
    expect(of('shared-key')).toEqual([
      'its shared access signatures may not be in the input; what it lists is unused',
      true,
    ]);
  });

  it('of what workloads run as are no secrets', () => {
    for (const type of ['managed-identity', 'agent']) expect(of(type)).toEqual([ELSEWHERE, false]);
    expect(of('service-account', {}, 'gcp')).toEqual([ELSEWHERE, false]);
  });
});
