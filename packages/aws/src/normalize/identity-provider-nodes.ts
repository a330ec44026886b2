import type { NodeId } from '@keyreach/core/graph';
import type { AwsAccountInput, AwsInput } from '../bundle/aws-input.ts';
import type { IdentityProvider } from '../bundle/identity-providers.ts';
import { AWS, accountScopeId, nameInArn, parseArn } from './aws-ids.ts';
import { clusterIssuers } from './cluster-issuers.ts';
import { type NormalizeContext, scopeOf } from './normalize-context.ts';
import { idOfResource } from './resource-identity.ts';

/** CloudFormation types of identity provider nodes. */
export const OIDC_PROVIDER_TYPE = 'AWS::IAM::OIDCProvider';
export const SAML_PROVIDER_TYPE = 'AWS::IAM::SAMLProvider';

/** Type of the node for a provider that trust policies name and its account does not have. */
export const MISSING_PROVIDER_TYPE = 'missing-identity-provider';

/** Adds the identity providers of an account: whoever may change one becomes every role that trusts it (aws.md 2.3.1). */
export function addIdentityProviders(account: AwsAccountInput, context: NormalizeContext): void {
  const { oidc, saml } = account.identityProviders ?? {};
  for (const provider of oidc?.items ?? []) addProvider(provider, OIDC_PROVIDER_TYPE, account, context);
  for (const provider of saml?.items ?? []) addProvider(provider, SAML_PROVIDER_TYPE, account, context);
}

function addProvider(
  { Arn: id, ClientIDList, CreateDate, ValidUntil, Tags }: IdentityProvider,
  type: string,
  account: AwsAccountInput,
  { builder }: NormalizeContext,
): void {
  if (builder.has(id)) {
    const why = 'the provider is listed again; the first is kept';
    builder.gap({ scope: id, what: 'identity providers', why, kind: 'bad-input' });
    return;
  }
  builder.node({
    kind: 'resource',
    id,
    provider: AWS,
    type,
    name: nameOf(id),
    scope: scopeOf(account),
    ...(CreateDate === undefined ? {} : { created: CreateDate }),
    ...(Tags === undefined ? {} : { tags: Tags }),
    attributes: {
      issuer: issuerOf(id),
      ...(ClientIDList?.complete === true ? { audiences: [...ClientIDList.items].sort() } : {}),
      ...(ValidUntil === undefined ? {} : { validUntil: ValidUntil }),
    },
  });
}

/** Issuer as federated subjects have it: host and path of an OIDC issuer, the ARN of a SAML provider. */
function issuerOf(id: NodeId): string {
  const resource = parseArn(id)?.resource ?? '';
  return resource.startsWith('oidc-provider/') ? resource.slice('oidc-provider/'.length) : id;
}

/** An OIDC provider is named by its whole issuer. */
function nameOf(id: NodeId): string {
  const issuer = issuerOf(id);
  return issuer === id ? nameInArn(id) : issuer;
}

/**
 * Adds, for every subject of a token that policies name, the provider object that vouches for it (aws.md 2.2, 2.3.1): the
 * listed one; one that the account is known not to have, for whoever may make it again; or one that nobody listed, of
 * which nothing is known but that policies name it.
 */
export function addVouching({ builder, directory, input, policies }: NormalizeContext): void {
  const clusters = clustersByIssuer(input);
  for (const [subject, references] of policies.externals()) {
    for (const { attributes } of references) {
      // Whoever controls a cluster makes tokens for its service accounts.
      for (const from of clusters.get(String(attributes?.['issuer'])) ?? []) {
        if (builder.has(from)) builder.edge({ type: 'vouches-for', from, to: subject });
      }
    }
    const providers = references.flatMap(({ attributes }) => attributes?.['providers'] ?? []);
    for (const provider of new Set(providers)) {
      if (typeof provider !== 'string') continue;
      const { account = '', partition = '' } = parseArn(provider) ?? {};
      const scope = accountScopeId(account, partition);
      const missing = directory.forPartition(partition).providerKnownMissing(provider);
      const listed = builder.has(provider) && builder.get(provider)?.attributes?.['collected'] !== false;
      if (!listed) {
        if (!builder.has(scope)) continue;
        builder.node({
          kind: 'resource',
          id: provider,
          provider: AWS,
          type: missing ? MISSING_PROVIDER_TYPE : typeOf(provider),
          name: nameOf(provider),
          scope,
          attributes: { issuer: issuerOf(provider), ...(missing ? { missing: true } : { collected: false }) },
        });
      }
      const certainty = listed || missing ? {} : { certainty: 'unknown' as const };
      builder.edge({ type: 'vouches-for', from: provider, to: subject, ...certainty });
    }
  }
}

function typeOf(provider: string): string {
  return provider.includes(':saml-provider/') ? SAML_PROVIDER_TYPE : OIDC_PROVIDER_TYPE;
}

/** Issuer of the tokens of an EKS cluster, host and path → nodes of the cluster. */
function clustersByIssuer({ accounts }: AwsInput): ReadonlyMap<string, readonly NodeId[]> {
  const clusters = new Map<string, NodeId[]>();
  for (const account of Object.values(accounts)) {
    for (const resource of account.resources?.items ?? []) {
      for (const issuer of clusterIssuers(resource)) {
        clusters.set(issuer, [...(clusters.get(issuer) ?? []), idOfResource(resource, account)]);
      }
    }
  }
  return clusters;
}
