/** A subject of one issuer that roles of AWS and an application of Entra ID trust, as one and as part of a pattern. */
import { awsInputFromObjects, awsSemantics, awsTechniques, normalizeAws } from '@keyreach/aws/offline';
import {
  azureInputFromObjects,
  azureSemantics,
  azureTechniques,
  linkAzureFederation,
  normalizeAzure,
} from '@keyreach/azure/offline';
import { analysisEngine, radiusOf } from '@keyreach/core/analysis';
import { AuthorizationModel, linkSubjects } from '@keyreach/core/authz';
import { type Graph, GraphIndex, mergeGraphs } from '@keyreach/core/graph';
import { deriveReach } from '@keyreach/core/reach';
import { describe, expect, it } from 'vitest';

const time = '2026-01-01T00:00:00.000Z';
const tenant = '11111111-0000-0000-0000-000000000001';
const issuer = 'token.actions.githubusercontent.com';
const main = 'repo:o/r:ref:refs/heads/main';
const provider = `arn:aws:iam::111111111111:oidc-provider/${issuer}`;

function role(name: string, subject: string): object {
  return {
    RoleName: name,
    RoleId: `AROA${name}`,
    Arn: `arn:aws:iam::111111111111:role/${name}`,
    Path: '/',
    CreateDate: time,
    AssumeRolePolicyDocument: {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { Federated: provider },
          Action: 'sts:AssumeRoleWithWebIdentity',
          Condition: { StringLike: { [`${issuer}:sub`]: subject } },
        },
      ],
    },
    RolePolicyList: [],
    AttachedManagedPolicies: [],
    InstanceProfileList: [],
    Tags: [],
  };
}

function account(...roles: readonly object[]): Graph {
  const authorizationDetails = { UserDetailList: [], GroupDetailList: [], Policies: [], RoleDetailList: roles };
  const identityProviders = { oidc: [{ Arn: provider }], saml: [] };
  const accounts = { '111111111111': { authorizationDetails, identityProviders } };
  return normalizeAws(awsInputFromObjects({ accounts }), { now: time });
}

const directory = normalizeAzure(
  azureInputFromObjects({
    organizations: [{ id: tenant, displayName: 'x', verifiedDomains: [] }],
    applications: [{ id: 'app', appId: 'a1', displayName: 'app', passwordCredentials: [], keyCredentials: [] }],
    servicePrincipals: [
      {
        id: 'sp',
        appId: 'a1',
        displayName: 'deployer',
        servicePrincipalType: 'Application',
        appOwnerOrganizationId: tenant,
        passwordCredentials: [],
        keyCredentials: [],
      },
    ],
    federatedCredentials: [
      {
        parent: 'applications/app',
        id: 'f',
        name: 'main',
        issuer: `https://${issuer}`,
        subject: main,
        audiences: ['a'],
      },
    ],
  }),
  { now: time },
);

function reachedFrom(subject: string, ...graphs: readonly Graph[]): readonly string[] {
  const graph = linkSubjects(linkAzureFederation(mergeGraphs(graphs)));
  expect(graph.gaps.filter(({ what }) => what === 'duplicate id')).toEqual([]);
  const model = new AuthorizationModel(new GraphIndex(graph), [awsSemantics, azureSemantics]);
  const now = Date.parse(time);
  const engine = analysisEngine(deriveReach(model, [awsTechniques, azureTechniques], { now }));
  return radiusOf(engine, `federated:${issuer}#${subject}`, { now })
    .reaches.filter(
      ({ kind, certainty, type }) => kind === 'identity' && certainty === 'allow' && type !== 'federated-subject',
    )
    .map(({ name }) => name)
    .toSorted();
}

describe('a subject that two clouds trust', () => {
  it('reaches what each of them lets it, whichever is read first', () => {
    const aws = account(role('deploy', main));
    expect(reachedFrom(main, aws, directory)).toEqual(['deploy', 'deployer']);
    expect(reachedFrom(main, directory, aws)).toEqual(['deploy', 'deployer']);
  });

  it('is one of a pattern that the other cloud trusts, and of no other', () => {
    const aws = account(role('any-branch', 'repo:o/r:*'), role('other', 'repo:o/x:*'));
    expect(reachedFrom(main, aws, directory)).toEqual(['any-branch', 'deployer']);
    expect(reachedFrom('repo:o/r:*', aws, directory)).toEqual(['any-branch']);
  });

  it('is one of a pattern of the same cloud', () => {
    expect(reachedFrom(main, account(role('deploy', main), role('any-branch', 'repo:o/r:*')))).toEqual([
      'any-branch',
      'deploy',
    ]);
  });
});
