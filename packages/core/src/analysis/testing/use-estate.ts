import { GraphBuilder } from '../../graph/graph-builder.ts';
import { GraphIndex } from '../../graph/graph-index.ts';
import type { CredentialNode, Gap, IdentityNode, Observation, Timestamp, Usage } from '../../graph/model.ts';

/** The point in time the estates of these tests are looked at. */
export const NOW: Timestamp = '2026-06-30T00:00:00.000Z';

/** So many days before {@link NOW}. */
export function ago(days: number): Timestamp {
  return new Date(Date.parse(NOW) - days * 86_400_000).toISOString();
}

/** An identity in an account, with what is known of its use. */
export interface UseEstate {
  readonly identity?: Partial<IdentityNode>;
  readonly credentials?: readonly Partial<CredentialNode>[];
  readonly usage?: readonly Partial<Usage>[];
  readonly observations?: readonly Partial<Observation>[];
  readonly gaps?: readonly Partial<Gap>[];
}

/** An old role `who` in account `account`; credentials are `key0`, `key1`, …, old and of unknown use unless given. */
export function useEstate({ identity, credentials, usage, observations, gaps }: UseEstate): GraphIndex {
  const builder = new GraphBuilder();
  const provider = 'aws';
  builder.node({ kind: 'scope', id: 'account', provider, type: 'account', name: 'account' });
  const scope = 'account';
  const created = ago(1000);
  builder.node({ kind: 'identity', id: 'who', provider, type: 'role', name: 'who', scope, created, ...identity });
  credentials?.forEach((credential, index) => {
    const id = `key${index}`;
    builder.node({
      kind: 'credential',
      id,
      provider,
      type: 'access-key',
      name: id,
      scope,
      status: 'active',
      created,
      lastUsed: { state: 'unknown' },
      ...credential,
    });
    builder.edge({ type: 'authenticates', from: credential.id ?? id, to: 'who' });
  });
  for (const row of usage ?? []) builder.usage({ identity: 'who', action: '*', source: 'log', ...row });
  for (const observation of observations ?? []) builder.observation({ ...watch(), ...observation });
  for (const gap of gaps ?? []) builder.gap({ scope, what: 'something', why: 'the input has no such file', ...gap });
  return new GraphIndex(builder.build());
}

/** A source that saw any use of `who` in the last 400 days. */
export function watch(): Observation {
  const actions = { include: ['*'], exclude: [] };
  return { subject: 'who', actions, granularity: 'identity', from: ago(400), to: NOW, source: 'watch' };
}
