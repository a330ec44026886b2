import { GraphBuilder, mergeGraphs } from '@keyreach/core/graph';
import { describe, expect, it } from 'vitest';
import type { AzureInput, EntraFederatedCredential } from '../bundle/azure-input.ts';
import { expressionAllows } from './claims-expression.ts';
import { issuerName, tenantOfIssuer } from './entra-issuer.ts';
import { linkAzureFederation } from './link-azure-federation.ts';
import { normalizeAzure } from './normalize.ts';
import {
  application,
  NOW,
  object,
  secret,
  servicePrincipal,
  short,
  TENANT,
  TenantGraph,
  tenantInput,
  whole,
} from './testing/tenant.ts';

const HOME = '22222222-0000-0000-0000-000000000002';
const GITHUB = 'https://token.actions.githubusercontent.com';
const IDENTITY = '/subscriptions/S/resourceGroups/g/providers/Microsoft.ManagedIdentity/userAssignedIdentities/Uami';
const own = whole(application('app', 'a'));
const credential = (id: string, more: Partial<EntraFederatedCredential>): EntraFederatedCredential => ({
  parent: 'applications/app',
  id,
  issuer: GITHUB,
  audiences: ['api://AzureADTokenExchange'],
  ...more,
});
const tenant = (more: Partial<AzureInput>): TenantGraph =>
  new TenantGraph({ applications: own, servicePrincipals: whole(servicePrincipal('sp', 'a')), ...more });

describe('federated credentials', () => {
  it('let in one subject, and those that an expression matches', () => {
    const value = "claims['sub'] matches 'repo:o/r:*'";
    const graph = tenant({
      federatedCredentials: whole(
        credential('one', { subject: 'repo:o/r:ref:main' }),
        credential('two', { subject: 'repo:o/other:ref:main' }),
        credential('any', { claimsMatchingExpression: { value, languageVersion: 1 } }),
      ),
    });
    const at = 'federated:token.actions.githubusercontent.com#';
    expect(graph.edgesOf('federates')).toEqual([
      `${at}${value} → sp`,
      `${at}repo:o/other:ref:main → sp`,
      `${at}repo:o/r:ref:main → sp`,
    ]);
    expect(graph.edgesOf('authenticates')).toEqual(['cred:app:any → sp', 'cred:app:one → sp', 'cred:app:two → sp']);
    expect(graph.credentialNodes().every((one) => one.static === false && one.status === 'active')).toBe(true);
  });

  it('with an expression let in the subjects of others that match, perhaps those that nobody can tell', () => {
    const graph = tenant({
      applications: whole(application('app', 'a'), application('app2', 'b')),
      servicePrincipals: whole(servicePrincipal('sp', 'a'), servicePrincipal('sp2', 'b')),
      federatedCredentials: whole(
        credential('one', { parent: 'applications/app2', subject: 'repo:o/r:ref:main' }),
        credential('far', { parent: 'applications/app2', subject: 'repo:x/y' }),
        credential('any', { claimsMatchingExpression: { value: "claims['sub'] matches 'repo:o/*'" } }),
        credential('odd', { claimsMatchingExpression: { value: "claims['job'] eq 'x'" }, issuer: `${GITHUB}/x` }),
      ),
    });
    expect(graph.edgesOf('federates').filter((edge) => edge.includes('#repo:') && edge.includes('→ sp'))).toEqual([
      'federated:token.actions.githubusercontent.com#repo:o/r:ref:main → sp',
      'federated:token.actions.githubusercontent.com#repo:o/r:ref:main → sp2',
      'federated:token.actions.githubusercontent.com#repo:x/y → sp2',
    ]);
    expect(expressionAllows("claims['sub'] eq 'a'", 'a')).toBe(true);
    expect(expressionAllows("claims['sub'] eq 'a' and claims['x'] eq 'b'", 'a')).toBeUndefined();
  });

  it('of the tenant itself let in the identity whose object id they name', () => {
    const graph = tenant({
      servicePrincipals: whole(
        servicePrincipal('sp', 'a'),
        servicePrincipal('mi', 'm', { servicePrincipalType: 'ManagedIdentity' }),
      ),
      federatedCredentials: whole(
        credential('f', { issuer: `https://login.microsoftonline.com/${TENANT}/v2.0`, subject: 'MI' }),
      ),
    });
    expect(graph.edgesOf('federates')).toEqual(['mi → sp']);
  });

  it('on a user-assigned identity log in as that; of one that nobody tells it is a gap', () => {
    const parent = IDENTITY;
    const graph = tenant({
      servicePrincipals: whole(
        servicePrincipal('mi', 'm', {
          servicePrincipalType: 'ManagedIdentity',
          alternativeNames: ['isExplicit=True', IDENTITY],
        }),
      ),
      federatedCredentials: whole(
        credential(`${IDENTITY}/federatedIdentityCredentials/Fic`, { parent, subject: 's' }),
        credential('lost', { parent: `${IDENTITY}2`, subject: 't' }),
      ),
    });
    expect(graph.edgesOf('authenticates')).toEqual(['cred:mi:fic → mi']);
    expect(graph.of('mi').attributes).toMatchObject({ assignment: 'user', resource: IDENTITY.toLowerCase() });
    expect(graph.gapsAbout()).toEqual(['owner of a federated credential']);
  });
});

describe('an issuer', () => {
  it('is a tenant only where it is one of its two forms', () => {
    expect(tenantOfIssuer(`https://sts.windows.net/${TENANT}/`)).toBe(TENANT);
    expect(tenantOfIssuer(`https://login.microsoftonline.com/${TENANT.toUpperCase()}/v2.0`)).toBe(TENANT);
    expect(tenantOfIssuer(`https://login.microsoftonline.com.evil.example/${TENANT}/v2.0`)).toBeUndefined();
    expect(tenantOfIssuer(`https://sts.windows.net/${TENANT}/x`)).toBeUndefined();
    expect(tenantOfIssuer('https://sts.windows.net')).toBeUndefined();
    expect(issuerName('https://Host.Example/Path//')).toBe('host.example/Path');
  });
});

describe('linkAzureFederation', () => {
  const linked = (...graphs: Parameters<typeof mergeGraphs>[0]): readonly string[] =>
    linkAzureFederation(mergeGraphs(graphs)).edges.map(
      ({ type, from, to, certainty }) =>
        `${type} ${short(from)} → ${short(to)}${certainty === undefined ? '' : ` ${certainty}`}`,
    );
  const subject = (id: string, claims: Record<string, string>) => {
    const builder = new GraphBuilder();
    const issuer = `sts.windows.net/${TENANT}`;
    builder.node({
      kind: 'identity',
      id: `federated:${issuer}#${id}`,
      provider: 'aws',
      type: 'federated-subject',
      name: id,
      external: true,
      attributes: { issuer, claims },
    });
    return builder.build();
  };
  const machine = normalizeAzure(tenantInput({ servicePrincipals: whole(servicePrincipal('mi', 'm')) }), { now: NOW });

  it('leads a machine to the subject of another cloud that is its object id, and to no other', () => {
    const at = `federated:sts.windows.net/${TENANT}#`;
    expect(linked(machine, subject('mi', {}))).toEqual([`federates mi → ${at}mi`]);
    expect(linked(machine, subject('mi', { aud: 'api://x' }))).toEqual([`federates mi → ${at}mi unknown`]);
    expect(linked(machine, subject('mi', { azp: 'other' }))).toEqual([]);
    expect(linked(machine, subject('other', {}))).toEqual([]);
  });

  it('leads a subject that another cloud trusts to the expressions that let it in', () => {
    const own = normalizeAzure(
      tenantInput({
        applications: whole(application('app', 'a')),
        servicePrincipals: whole(servicePrincipal('sp', 'a')),
        federatedCredentials: whole(
          credential('any', { claimsMatchingExpression: { value: "claims['sub'] matches 'repo:o/*'" } }),
          credential('odd', { claimsMatchingExpression: { value: "claims['job'] eq 'x'" } }),
        ),
      }),
      { now: NOW },
    );
    const trusted = (text: string) => {
      const builder = new GraphBuilder();
      const issuer = 'token.actions.githubusercontent.com';
      const id = `federated:${issuer}#${text}`;
      const node = { kind: 'identity', provider: 'aws', type: 'federated-subject', external: true } as const;
      builder.node({ ...node, id, name: text, attributes: { issuer } });
      return linkAzureFederation(mergeGraphs([own, builder.build()])).edges.flatMap(
        ({ from, to, certainty = 'allow' }) => (from === id ? [`${to.slice(to.indexOf('#') + 1)} ${certainty}`] : []),
      );
    };
    expect(trusted('repo:o/r:ref:main')).toEqual([
      "claims['job'] eq 'x' unknown",
      "claims['sub'] matches 'repo:o/*' allow",
    ]);
    expect(trusted('repo:p/r:ref:main')).toEqual(["claims['job'] eq 'x' unknown"]);
    expect(trusted('repo:o/*')).toEqual([]);
  });

  it('leads what logs in as an application to its service principals in other tenants', () => {
    const home = normalizeAzure(
      tenantInput({
        organizations: whole({ id: HOME, verifiedDomains: [] }),
        applications: whole(application('vendor', 'v', { credentials: whole(secret('k')) }), application('else', 'w')),
        servicePrincipals: whole(),
      }),
      { now: NOW },
    );
    const here = normalizeAzure(
      tenantInput({ servicePrincipals: whole(servicePrincipal('guest', 'V', { appOwnerOrganizationId: HOME })) }),
      { now: NOW },
    );
    expect(linked(home, here)).toEqual(
      [
        `authenticates azure:cred:${HOME}:vendor:k → guest`,
        `federates entra-tenant:${HOME} → guest`,
        `owned-by azure:cred:${HOME}:vendor:k → entra:${HOME}/vendor`,
        `runs-as entra:${HOME}/vendor → guest`,
      ].sort((left, right) => (left.split(' ')[1] ?? '').localeCompare(right.split(' ')[1] ?? '')),
    );
    expect(object('guest')).toBe(`entra:${TENANT}/guest`);
  });
});
