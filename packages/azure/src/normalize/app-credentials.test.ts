import { describe, expect, it } from 'vitest';
import type { AzureInput, EntraLock, EntraServicePrincipal } from '../bundle/azure-input.ts';
import { normalizeAzure } from './normalize.ts';
import {
  application,
  NOW,
  object,
  part,
  secret,
  servicePrincipal,
  short,
  TENANT,
  TenantGraph,
  tenantInput,
  whole,
} from './testing/tenant.ts';

const HOME = '22222222-0000-0000-0000-000000000002';
const MICROSOFT = 'f8cdef31-a31e-4b4a-93e4-5f571e91255a';
const locked: EntraLock = {
  isEnabled: true,
  allProperties: false,
  credentialsWithUsageSign: false,
  credentialsWithUsageVerify: true,
};

function shown(graph: TenantGraph): readonly string[] {
  return graph.credentialNodes().map(({ id, type, status }) => `${short(id)} ${type} ${status}`);
}

describe('a secret on an application and one on its service principal', () => {
  const graph = new TenantGraph({
    applications: whole(application('app', 'APP-1', { credentials: whole(secret('KEY-a', { displayName: 'ci' })) })),
    servicePrincipals: whole(
      servicePrincipal('sp', 'app-1', { credentials: whole(secret('key-b')) }),
      servicePrincipal('other', 'app-2'),
    ),
  });

  it('are two nodes, which tell where they are', () => {
    expect(shown(graph)).toEqual(['cred:app:key-a client-secret active', 'cred:sp:key-b client-secret active']);
    expect(
      graph.credentialNodes().map(({ name, publicId, attributes }) => [name, publicId, attributes?.['origin']]),
    ).toEqual([
      ['ci', 'key-a', 'application'],
      ['key-b', 'key-b', 'service-principal'],
    ]);
  });

  it('both log in as the service principal, and as nothing else', () => {
    expect(graph.edgesOf('authenticates')).toEqual(['cred:app:key-a → sp', 'cred:sp:key-b → sp']);
    expect(graph.edgesOf('owned-by')).toEqual(['cred:app:key-a → app', 'cred:sp:key-b → sp']);
    expect(graph.edgesOf('runs-as')).toEqual(['app → sp']);
    expect(graph.edgesOf('federates')).toEqual([]);
  });
});

describe('the state of a credential', () => {
  const states = (own: Parameters<typeof servicePrincipal>[2]): readonly unknown[] =>
    new TenantGraph({ servicePrincipals: whole(servicePrincipal('sp', 'app', own)) })
      .credentialNodes()
      .map(({ status, attributes }) => [status, attributes?.['disableReason']]);

  it('are all there are only where every place was read and nobody else holds any', () => {
    const listed = (own: Partial<AzureInput>, sp: Partial<EntraServicePrincipal> = {}): unknown =>
      new TenantGraph({
        applications: whole(application('app', 'app-1')),
        servicePrincipals: whole(servicePrincipal('sp', 'app-1', sp)),
        ...own,
      }).of('sp').attributes?.['credentialsListed'];
    expect(listed({})).toBe(true);
    expect(listed({ federatedCredentials: part() })).toBeUndefined();
    expect(listed({ applications: whole() })).toBeUndefined();
    expect(listed({ applications: whole(application('app', 'app-1', { credentials: part() })) })).toBeUndefined();
    expect(listed({}, { credentials: part() })).toBeUndefined();
    expect(listed({}, { appOwnerOrganizationId: HOME })).toBeUndefined();
  });

  it('have nobody to answer for them only where neither object has an owner', () => {
    const ownerless = (app: readonly string[], sp: Partial<EntraServicePrincipal>): unknown =>
      new TenantGraph({
        applications: whole(application('app', 'app-1', { owners: whole(...app) })),
        servicePrincipals: whole(servicePrincipal('sp', 'app-1', sp)),
      }).of('sp').attributes?.['ownerless'];
    expect(ownerless([], {})).toBe(true);
    expect(ownerless(['ann'], {})).toBeUndefined();
    expect(ownerless([], { owners: whole('ann') })).toBeUndefined();
    expect(ownerless([], { owners: part() })).toBeUndefined();
    expect(ownerless([], { appOwnerOrganizationId: HOME })).toBeUndefined();
  });

  it('is told by its dates', () => {
    expect(states({ credentials: whole(secret('k', { endDateTime: NOW })) })).toEqual([['expired', undefined]]);
    expect(states({ credentials: whole(secret('k', { endDateTime: '2026-01-01T00:00:01Z' })) })).toEqual([
      ['active', undefined],
    ]);
    expect(states({ credentials: whole(secret('k', { startDateTime: '2026-02-01T00:00:00Z' })) })).toEqual([
      ['disabled', 'NOT_YET_VALID'],
    ]);
    expect(states({ credentials: whole(secret('k', { endDateTime: 'soon' })) })).toEqual([['unknown', undefined]]);
  });

  it('is that of its owner where that is disabled', () => {
    expect(states({ accountEnabled: false, credentials: whole(secret('k')) })).toEqual([
      ['disabled', 'SERVICE_PRINCIPAL_DISABLED'],
    ]);
    const graph = new TenantGraph({
      applications: whole(application('app', 'a', { isDisabled: true, credentials: whole(secret('k')) })),
      servicePrincipals: whole(servicePrincipal('sp', 'a', { credentials: whole(secret('l')) })),
    });
    expect(shown(graph)).toEqual(['cred:app:k client-secret disabled', 'cred:sp:l client-secret disabled']);
  });

  it('is last used when the report says so, for the object the report says', () => {
    const graph = new TenantGraph({
      applications: whole(application('app', 'a', { credentials: whole(secret('k')) })),
      servicePrincipals: whole(servicePrincipal('sp', 'a', { credentials: whole(secret('k')) })),
      credentialSignIns: whole({
        keyId: 'K',
        raw: { credentialOrigin: 'application', signInActivity: { lastSignInDateTime: '2025-12-01T00:00:00Z' } },
      }),
    });
    expect(graph.credentialNodes().map(({ lastUsed }) => lastUsed)).toEqual([
      { state: 'used', at: '2025-12-01T00:00:00.000Z' },
      { state: 'unknown', silent: expect.stringContaining('appCredentialSignInActivities') },
    ]);
  });

  it('is unknown, and nothing more, where no report was read', () => {
    const graph = new TenantGraph({
      applications: whole(application('app', 'a', { credentials: whole(secret('k')) })),
    });
    expect(graph.credentialNodes().map(({ lastUsed }) => lastUsed)).toEqual([{ state: 'unknown' }]);
  });
});

describe('certificates', () => {
  it('log in where they verify; those that sign SAML tokens do not, and the other half perhaps', () => {
    const key = { kind: 'key', startDateTime: '2025-01-01T00:00:00Z', type: 'AsymmetricX509Cert' } as const;
    const graph = new TenantGraph({
      servicePrincipals: whole(
        servicePrincipal('sp', 'a', {
          credentials: whole(
            { ...key, keyId: 'login', usage: 'Verify', customKeyIdentifier: 'AA' },
            { ...key, keyId: 'sign', usage: 'Sign', customKeyIdentifier: 'BB' },
            { ...key, keyId: 'verify', usage: 'Verify', customKeyIdentifier: 'BB' },
            secret('sign'),
          ),
        }),
      ),
    });
    expect(shown(graph)).toEqual([
      'cred:sp:login certificate active',
      'cred:sp:sign saml-signing active',
      'cred:sp:verify saml-signing active',
    ]);
    expect(graph.edgesOf('authenticates')).toEqual(['cred:sp:login → sp', 'cred:sp:verify → sp unknown']);
  });

  it('that Microsoft keeps on managed identities are no credentials of ours', () => {
    const graph = new TenantGraph({
      servicePrincipals: whole(
        servicePrincipal('mi', 'a', { servicePrincipalType: 'ManagedIdentity', credentials: whole(secret('k')) }),
      ),
    });
    expect(graph.credentialNodes()).toEqual([]);
    expect(graph.of('mi').type).toBe('managed-identity');
  });
});

describe('a foreign service principal', () => {
  const graph = new TenantGraph({
    servicePrincipals: whole(
      servicePrincipal('vendor', 'v', { appOwnerOrganizationId: HOME, credentials: whole(secret('k')) }),
      servicePrincipal('off', 'o', { appOwnerOrganizationId: HOME, accountEnabled: false }),
      servicePrincipal('graph', 'g', { appOwnerOrganizationId: MICROSOFT.toUpperCase() }),
      servicePrincipal('own', 'w'),
    ),
  });

  it('is acted as by its home tenant, one that is disabled by nobody, and those of Microsoft are its own', () => {
    expect(graph.edgesOf('federates')).toEqual([`entra-tenant:${HOME} → vendor`]);
    expect(graph.graph.nodes.filter(({ type }) => type === 'external-tenant').map(({ id }) => id)).toEqual([
      `entra-tenant:${HOME}`,
    ]);
    expect(graph.edgesOf('authenticates')).toEqual(['cred:vendor:k → vendor']);
  });

  it('has a lock that nobody can read; that of Microsoft refuses', () => {
    const facts = ['vendor', 'graph', 'own'].map((id) => {
      const { foreign, firstParty, locked: isLocked } = graph.of(id).attributes ?? {};
      return [foreign, firstParty, isLocked];
    });
    expect(facts).toEqual([
      [true, undefined, undefined],
      [true, true, true],
      [false, undefined, undefined],
    ]);
    expect(graph.identity(object('graph'))?.providerManaged).toBe(true);
    expect(graph.identity(object('vendor'))?.providerManaged).toBeUndefined();
  });
});

describe('a locked application', () => {
  const lockOf = (lock?: EntraLock): readonly unknown[] => {
    const graph = new TenantGraph({
      applications: whole(application('app', 'a', lock === undefined ? {} : { lock })),
      servicePrincipals: whole(servicePrincipal('sp', 'a')),
    });
    return ['app', 'sp'].map((id) => graph.of(id).attributes?.['locked']);
  };

  it('says so on both; one that locks other properties only, or is off, is open; untold is unknown', () => {
    expect(lockOf(locked)).toEqual([true, true]);
    expect(lockOf({ ...locked, credentialsWithUsageVerify: false, allProperties: true })).toEqual([true, true]);
    expect(lockOf({ ...locked, credentialsWithUsageVerify: false, credentialsWithUsageSign: true })).toEqual([
      false,
      false,
    ]);
    expect(lockOf({ ...locked, isEnabled: false })).toEqual([false, false]);
    expect(lockOf()).toEqual([undefined, undefined]);
  });
});

describe('agents', () => {
  const graph = new TenantGraph({
    applications: whole(
      application('blueprint', 'b', { odataType: 'agentIdentityBlueprint', credentials: whole(secret('k')) }),
    ),
    servicePrincipals: whole(
      servicePrincipal('principal', 'b', { odataType: 'agentIdentityBlueprintPrincipal' }),
      servicePrincipal('agent-1', 'agent-1', { odataType: 'agentIdentity', agentIdentityBlueprintId: 'B' }),
      servicePrincipal('agent-2', 'agent-2', { odataType: 'agentIdentity', agentIdentityBlueprintId: 'other' }),
    ),
    users: whole({ id: 'twin', identityParentId: 'agent-1' }),
  });

  it('are acted as with every credential of their blueprint, and act as their user', () => {
    expect(graph.edgesOf('authenticates')).toEqual(['cred:blueprint:k → agent-1', 'cred:blueprint:k → principal']);
    expect(graph.edgesOf('runs-as')).toEqual(['blueprint → agent-1', 'blueprint → principal']);
    expect(graph.edgesOf('federates')).toEqual(['agent-1 → twin']);
    expect([graph.of('agent-1').type, graph.of('blueprint').attributes?.['blueprint']]).toEqual(['agent', true]);
    expect(graph.identity(object('twin'))?.nature).toBe('machine');
  });
});

describe('what the input lacks', () => {
  it('leaves a service principal that its application tells of, perhaps', () => {
    const { servicePrincipals: _, ...rest } = tenantInput({
      applications: whole(application('app', 'A', { credentials: whole(secret('k')) })),
    });
    const { edges, nodes } = normalizeAzure(rest, { now: NOW });
    const id = object("serviceprincipals(appid='a')");
    expect(edges.filter(({ type }) => type === 'authenticates' || type === 'runs-as')).toEqual([
      { type: 'authenticates', from: `azure:cred:${TENANT}:app:k`, to: id, certainty: 'unknown' },
      { type: 'runs-as', from: object('app'), to: id, certainty: 'unknown' },
    ]);
    expect(nodes.find((node) => node.id === id)?.attributes?.['unlisted']).toBe(true);
  });

  it('is no service principal where the list is whole', () => {
    const graph = new TenantGraph({
      applications: whole(application('app', 'a', { credentials: whole(secret('k')) })),
    });
    expect(graph.edgesOf('authenticates')).toEqual([]);
    expect(graph.edgesOf('runs-as')).toEqual([]);
  });

  it('is a gap where not all credentials, and unknown where not all owners could be read', () => {
    const graph = new TenantGraph({
      applications: whole(application('app', 'a', { credentials: part(secret('k')), owners: part('ann') })),
      servicePrincipals: whole(servicePrincipal('sp', 'a', { owners: whole('ann', 'bob') })),
    });
    expect(graph.gapsAbout()).toEqual(['client secrets and certificates']);
    expect(graph.of('app').attributes).toMatchObject({ ownersUnread: true });
    expect(graph.of('sp').attributes?.['owners']).toEqual([object('ann'), object('bob')]);
  });
});
