import { analysisEngine, type Radius, radiusOf, subjectsOf } from '@keyreach/core/analysis';
import { AuthorizationModel } from '@keyreach/core/authz';
import { GraphIndex } from '@keyreach/core/graph';
import { deriveReach } from '@keyreach/core/reach';
import { describe, expect, it } from 'vitest';
import { azureSemantics } from '../authz/azure-semantics.ts';
import type { AzureInput, EntraCredential } from '../bundle/azure-input.ts';
import { azureTechniques } from '../techniques/azure-techniques.ts';
import { credentialId } from './azure-ids.ts';
import { normalizeAzure } from './normalize.ts';
import {
  application,
  NOW,
  object,
  secret,
  servicePrincipal,
  short,
  TENANT,
  tenantInput,
  whole,
} from './testing/tenant.ts';

const now = Date.parse(NOW);

function radius(own: Partial<AzureInput>, credential: string): Radius {
  const graph = new GraphIndex(normalizeAzure(tenantInput(own), { now: NOW }));
  const model = new AuthorizationModel(graph, [azureSemantics]);
  const engine = analysisEngine(deriveReach(model, [azureTechniques], { now }));
  return radiusOf(engine, credentialId(TENANT, credential, 'k'), { now });
}

const SCOPE = '/subscriptions/99999999-0000-0000-0000-000000000001';
const owner = (principalId: string): Partial<AzureInput> => ({
  roleDefinitions: whole({
    id: 'owner',
    roleName: 'Owner',
    roleType: 'BuiltInRole',
    assignableScopes: ['/'],
    permissions: whole({ actions: ['*'], notActions: [], dataActions: [], notDataActions: [] }),
  }),
  roleAssignments: whole({ id: `${SCOPE}/a`, scope: SCOPE, roleDefinitionId: 'owner', principalId }),
});

describe('a credential reaches', () => {
  it('what its identity does, as surely as it signs in as it', () => {
    const certificate = (usage: string | undefined): Radius =>
      radius(
        {
          ...owner('sp'),
          servicePrincipals: whole(
            servicePrincipal('sp', 'a', {
              credentials: whole({ kind: 'key', keyId: 'k', ...(usage === undefined ? {} : { usage }) }),
            }),
          ),
        },
        'sp',
      );
    const admin = ({ admin: scopes }: Radius): readonly unknown[] =>
      scopes.map(({ scope, certainty }) => [scope, certainty]);
    expect(admin(certificate('Verify'))).toEqual([[SCOPE, 'allow']]);
    expect(certificate('Verify').admin[0]?.path[0]).toMatchObject({ technique: 'authenticates', certainty: 'allow' });
    // What it is for is not told: it may sign SAML tokens and nothing else.
    const unsure = certificate(undefined);
    expect(admin(unsure)).toEqual([[SCOPE, 'unknown']]);
    expect(unsure.admin[0]?.path[0]).toMatchObject({
      technique: 'authenticates',
      certainty: 'unknown',
      to: object('sp'),
    });
  });

  it('nothing where it signs SAML tokens, and is not ranked', () => {
    const pair: readonly EntraCredential[] = [
      { kind: 'key', keyId: 'k', usage: 'Sign', customKeyIdentifier: 't' },
      { kind: 'key', keyId: 'v', usage: 'Verify', customKeyIdentifier: 't' },
    ];
    const graph = new GraphIndex(
      normalizeAzure(
        tenantInput({ servicePrincipals: whole(servicePrincipal('sp', 'a', { credentials: whole(...pair) })) }),
        {
          now: NOW,
        },
      ),
    );
    expect(subjectsOf(graph).map(({ node }) => short(node.id))).toEqual(['cred:sp:v']);
  });

  it('all that it signs in as', () => {
    const agent = { odataType: 'agentIdentity', agentIdentityBlueprintId: 'b' } as const;
    const { reaches, subject } = radius(
      {
        applications: whole(application('blue', 'b', { credentials: whole(secret('k')) })),
        servicePrincipals: whole(
          servicePrincipal('one', 'x1', agent),
          servicePrincipal('two', 'x2', agent),
          servicePrincipal('else', 'x3'),
        ),
      },
      'blue',
    );
    expect([short(subject.identity), ...reaches.map(({ id, certainty }) => `${short(id)} ${certainty}`)]).toEqual([
      'one',
      'two allow',
    ]);
  });
});
