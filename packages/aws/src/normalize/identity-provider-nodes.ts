import type { NodeId } from '@keyreach/core/graph';
import type { AwsAccountInput } from '../bundle/aws-input.ts';
import type { IdentityProvider } from '../bundle/identity-providers.ts';
import { AWS, nameInArn, parseArn } from './aws-ids.ts';
import { type NormalizeContext, scopeOf } from './normalize-context.ts';

/** CloudFormation types of identity provider nodes. */
export const OIDC_PROVIDER_TYPE = 'AWS::IAM::OIDCProvider';
export const SAML_PROVIDER_TYPE = 'AWS::IAM::SAMLProvider';

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
    builder.gap({ scope: id, what: 'identity providers', why: 'the provider is listed again; the first is kept' });
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
