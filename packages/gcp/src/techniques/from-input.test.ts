import { AuthorizationModel, CONDITIONAL, FALSE, TRUE, type Truth, UNKNOWN } from '@keyreach/core/authz';
import { GraphIndex, type NodeId } from '@keyreach/core/graph';
import { deriveReach, reachNodeKinds, searchReach, startNode } from '@keyreach/core/reach';
import { describe, expect, test } from 'vitest';
import { gcpSemantics } from '../authz/gcp-semantics.ts';
import { gcpInputFromObjects } from '../bundle/input-from-objects.ts';
import { serviceAccountId } from '../normalize/gcp-ids.ts';
import { normalizeGcp } from '../normalize/normalize.ts';
import { APP, type Bound, NOTHING_ELSE, NOW, records, SHOP } from '../normalize/testing/estate.ts';
import { gcpTechniques } from './gcp-techniques.ts';

const ANA = 'user:ana@example.com';
const POOL = 'projects/123/locations/global/workloadIdentityPools/ci';
const SUBJECT = `principal://iam.googleapis.com/${POOL}/subject/main`;
const ISSUERS = 'iam.workloadIdentityPoolProviders';

interface Estate {
  /** What ana may do in the project. */
  readonly permissions: readonly string[];
  readonly bindings?: Readonly<Record<string, readonly Bound[]>>;
  readonly orgPolicies?: readonly object[];
}

/** How surely ana comes to hold an identity, in an estate as the inventory tells it. */
function holds(id: NodeId, { permissions, bindings = {}, orgPolicies }: Estate): Truth {
  const grant = { role: 'roles/ana', members: [ANA] };
  const input = gcpInputFromObjects({
    ...NOTHING_ELSE,
    roles: [...(NOTHING_ELSE.roles as readonly object[]), { name: 'roles/ana', includedPermissions: permissions }],
    pools: { pools: [{ name: POOL, state: 'ACTIVE' }], providers: [] },
    ...(orgPolicies === undefined ? {} : { orgPolicies }),
    assets: records({ ...bindings, [SHOP]: [...(bindings[SHOP] ?? []), grant] }),
  });
  const model = new AuthorizationModel(new GraphIndex(normalizeGcp(input, { now: NOW })), [gcpSemantics]);
  const reach = deriveReach(model, [gcpTechniques], { now: Date.parse(NOW) });
  expect(model.graph.identity(id)?.id).toBe(id);
  for (const least of [TRUE, CONDITIONAL, UNKNOWN] as const) {
    const { reached } = searchReach(reach.graph, startNode(reach, ANA)!, least);
    const isHeld = reached.some(
      (node) => reachNodeKinds[reach.graph.kinds[node]!] === 'identity' && reach.identities[node]!.id === id,
    );
    if (isHeld) return least;
  }
  return FALSE;
}

describe('accounts that Google keeps and that run code of customers', () => {
  const named = (email: string): Readonly<Record<string, readonly Bound[]>> => ({
    [SHOP]: [{ role: 'roles/storage.objectViewer', members: [`serviceAccount:${email}`] }],
  });

  test.each([
    ['123@cloudbuild.gserviceaccount.com', 'cloudbuild.builds.create', UNKNOWN],
    ['123@cloudbuild.gserviceaccount.com', 'cloudbuild.builds.get', FALSE],
    ['123@cloudservices.gserviceaccount.com', 'deploymentmanager.deployments.create', UNKNOWN],
    ['service-123@gcp-sa-aiplatform-cc.iam.gserviceaccount.com', 'aiplatform.customJobs.create', TRUE],
    ['service-123@gcp-sa-aiplatform-cc.iam.gserviceaccount.com', 'aiplatform.reasoningEngines.create', FALSE],
    ['service-123@gcp-sa-aiplatform-re.iam.gserviceaccount.com', 'aiplatform.reasoningEngines.create', TRUE],
    ['service-456@gcp-sa-aiplatform-re.iam.gserviceaccount.com', 'aiplatform.reasoningEngines.create', FALSE],
    ['service-123@gcp-sa-notebooks.iam.gserviceaccount.com', 'aiplatform.customJobs.create', FALSE],
  ])('%s by %s', (email, permission, expected) => {
    expect(holds(serviceAccountId(email), { permissions: [permission], bindings: named(email) })).toBe(expected);
  });
});

describe('functions', () => {
  const create = ['iam.serviceAccounts.actAs', 'cloudfunctions.functions.create'];
  test.each([
    ['called', [...create, 'cloudfunctions.functions.sourceCodeSet', 'cloudfunctions.functions.call'], TRUE],
    ['set off by an event', [...create, 'cloudfunctions.functions.sourceCodeSet'], CONDITIONAL],
    ['without code', create, FALSE],
  ])('that are %s', (_, permissions, expected) => {
    expect(holds(serviceAccountId(APP), { permissions })).toBe(expected);
  });
});

describe('a provider of its own in a pool', () => {
  const create = 'iam.googleapis.com/workloadIdentityPoolProviders.create';
  const bindings = { [SHOP]: [{ role: 'roles/storage.objectViewer', members: [SUBJECT] }] };
  const policy = (spec: object): object => ({ name: `organizations/1/policies/${ISSUERS}`, spec });
  const only = (issuer: string): object => policy({ rules: [{ values: { allowedValues: [issuer] } }] });

  test.each([
    ['where no policy is set', [create], [], TRUE],
    ['where nobody told', [create], undefined, UNKNOWN],
    ['where no issuer is allowed', [create], [policy({ rules: [{ denyAll: true }] })], FALSE],
    ['where an open issuer is allowed', [create], [only('https://token.actions.githubusercontent.com')], TRUE],
    ['where one of a company is allowed', [create], [only('https://idp.example.com')], UNKNOWN],
    [
      'of who may change the policy',
      [create, 'orgpolicy.policies.update'],
      [policy({ rules: [{ denyAll: true }] })],
      TRUE,
    ],
    ['without the right to add one', ['iam.googleapis.com/workloadIdentityPoolProviders.get'], [], FALSE],
  ])('%s', (_, permissions, orgPolicies, expected) => {
    const given = orgPolicies === undefined ? {} : { orgPolicies };
    expect(holds(SUBJECT, { permissions, bindings, ...given })).toBe(expected);
  });
});
