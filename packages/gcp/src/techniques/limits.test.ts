import { AuthorizationModel, UNKNOWN } from '@keyreach/core/authz';
import { GraphBuilder, GraphIndex, type NodeId } from '@keyreach/core/graph';
import { deriveReach, pathTo, type ReachModel, reachNodeKinds, searchReach, startNode } from '@keyreach/core/reach';
import { describe, expect, test } from 'vitest';
import { gcpAccess } from '../access/gcp-access.ts';
import { gcpSemantics } from '../authz/gcp-semantics.ts';
import { serviceAccountId } from '../normalize/gcp-ids.ts';
import { gcpTechniques } from './gcp-techniques.ts';

const NOW = Date.UTC(2026, 10, 22);
const PROJECT = '//cloudresourcemanager.googleapis.com/projects/3';
const OTHER = '//cloudresourcemanager.googleapis.com/projects/4';
const BUCKET = '//storage.googleapis.com/data';
const SECRET = '//secretmanager.googleapis.com/projects/3/secrets/db';
const SERVICE = '//run.googleapis.com/projects/3/locations/l/services/web';
const GROUP = 'group:g@example.com';
const SUBJECT = 'principal://iam.googleapis.com/projects/9/locations/global/workloadIdentityPools/p/subject/1';
const ANA = 'user:ana@example.com';
const account = (name: string): NodeId => serviceAccountId(`${name}@home.iam.gserviceaccount.com`);
const [FIRST, SECOND, THIRD, FOURTH] = ['first', 'second', 'third', 'fourth'].map(account) as [
  NodeId,
  NodeId,
  NodeId,
  NodeId,
];

type Grant = readonly [who: NodeId, on: NodeId, ...permissions: readonly string[]];

function estate(...grants: readonly Grant[]): ReachModel {
  const builder = new GraphBuilder();
  for (const [id, name] of [
    [PROJECT, 'home'],
    [OTHER, 'other'],
  ] as const) {
    builder.node({ kind: 'scope', id, provider: 'gcp', type: 'project', name, tags: {} });
  }
  const identity = (id: NodeId, type: string, scope?: NodeId, attributes = {}): void => {
    const inside = scope === undefined ? {} : { scope };
    builder.node({ kind: 'identity', id, provider: 'gcp', type, name: id, tags: {}, attributes, ...inside });
  };
  identity(ANA, 'user');
  identity(GROUP, 'group', undefined, { managers: [FIRST] });
  identity(SUBJECT, 'federated-subject');
  for (const id of [FIRST, SECOND, THIRD, FOURTH]) identity(id, 'service-account', PROJECT, { disabled: false });
  for (const [id, type] of [
    [BUCKET, 'storage.googleapis.com/Bucket'],
    [SECRET, 'secretmanager.googleapis.com/Secret'],
    [SERVICE, 'run.googleapis.com/Service'],
  ] as const) {
    builder.node({ kind: 'resource', id, provider: 'gcp', type, name: id, scope: PROJECT, tags: {} });
  }
  builder.edge({ type: 'federates', from: FIRST, to: SUBJECT });
  grants.forEach(([who, node, ...include], at) => {
    const document = builder.document({
      provider: 'gcp',
      statements: [{ effect: 'allow', actions: { include, exclude: [] }, index: 0 }],
    });
    const policy = `roles/${at}`;
    builder.policy({ id: policy, provider: 'gcp', name: policy, type: 'custom', document });
    const principals = { include: [{ match: 'member', id: who, strength: 'sufficient' } as const], exclude: [] };
    builder.attachment({ policy, node, role: 'resource-grant', principals });
  });
  const model = new AuthorizationModel(new GraphIndex(builder.build()), [gcpSemantics]);
  return deriveReach(model, [gcpTechniques], { now: NOW, access: [gcpAccess] });
}

/** Whom ana holds and what she accesses, however unsure. */
function reach(model: ReachModel): { readonly held: readonly NodeId[]; readonly accesses: readonly string[] } {
  const held: NodeId[] = [];
  const accesses: string[] = [];
  for (const node of searchReach(model.graph, startNode(model, ANA)!, UNKNOWN).reached) {
    const ref = model.graph.refs[node]!;
    const kind = reachNodeKinds[model.graph.kinds[node]!];
    if (kind === 'identity') held.push(model.identities[node]!.id);
    const leaf = kind === 'access' ? model.accesses[ref] : undefined;
    if (leaf?.class !== undefined) accesses.push(`${leaf.class} ${leaf.resource}`);
  }
  return { held: held.filter((id) => id !== ANA).sort(), accesses: accesses.sort() };
}

describe('credentials that serve for some things only', () => {
  test('a storage key gives what the account may do in storage, and nothing else', () => {
    const model = estate(
      [ANA, PROJECT, 'storage.hmacKeys.create'],
      [FIRST, PROJECT, 'storage.objects.get', 'secretmanager.versions.access', 'iam.serviceAccounts.getAccessToken'],
      [GROUP, PROJECT, 'run.routes.invoke'],
    );
    expect(reach(model)).toEqual({ held: [], accesses: [`data-read ${BUCKET}`] });
  });

  test('the way there tells that it is the account within limits', () => {
    const model = estate([ANA, PROJECT, 'storage.hmacKeys.create'], [FIRST, PROJECT, 'storage.objects.get']);
    const search = searchReach(model.graph, startNode(model, ANA)!, UNKNOWN);
    const to = search.reached.find((node) => reachNodeKinds[model.graph.kinds[node]!] === 'access')!;
    const hops = pathTo(model, search, to);
    expect(hops.map(({ technique, to: end, session }) => [technique, end, session])).toEqual([
      ['gcp-sa-hmac-create', FIRST, { limited: true }],
      [expect.any(String), BUCKET, undefined],
    ]);
    for (const { evidence } of hops) expect(evidence.length).toBeGreaterThan(0);
  });

  test('a key on another project gives nothing of the account', () => {
    const model = estate([ANA, OTHER, 'storage.hmacKeys.create'], [FIRST, PROJECT, 'storage.objects.get']);
    expect(reach(model)).toEqual({ held: [], accesses: [] });
  });

  test('an ID token calls services and signs in where Google is trusted', () => {
    const model = estate(
      [ANA, FIRST, 'iam.serviceAccounts.getOpenIdToken'],
      [FIRST, PROJECT, 'run.routes.invoke', 'storage.objects.get', 'iam.serviceAccounts.getAccessToken'],
    );
    expect(reach(model)).toEqual({ held: [SUBJECT], accesses: [`control ${SERVICE}`] });
  });

  test('delegation goes as far as each account may make tokens of the next', () => {
    const model = estate(
      [ANA, FIRST, 'iam.serviceAccounts.implicitDelegation'],
      [FIRST, SECOND, 'iam.serviceAccounts.implicitDelegation'],
      [FIRST, PROJECT, 'storage.objects.get'],
      [SECOND, THIRD, 'iam.serviceAccounts.getAccessToken'],
      [THIRD, PROJECT, 'secretmanager.versions.access'],
    );
    expect(reach(model)).toEqual({ held: [THIRD], accesses: [`secret-read ${SECRET}`] });
  });

  test('delegation does not go on by other rights over the next account', () => {
    const model = estate(
      [ANA, FIRST, 'iam.serviceAccounts.implicitDelegation'],
      [FIRST, SECOND, 'iam.serviceAccountKeys.create', 'iam.serviceAccounts.setIamPolicy'],
      [FOURTH, THIRD, 'iam.serviceAccounts.getAccessToken'],
    );
    expect(reach(model)).toEqual({ held: [], accesses: [] });
  });
});
