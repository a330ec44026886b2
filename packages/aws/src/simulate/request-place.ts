import { quoteText } from '@keyreach/core/graph';
import { needsResourceGrant } from '../authz/needs-resource-grant.ts';
import { isAccountId, parseArn } from '../bundle/arn.ts';
import { simulationError } from './simulation-error.ts';

/** What the text of a resource tells. */
export interface RequestPlace {
  /**
   * How a policy on it decides: `none` for requests without a resource, `trust` of a role, a KMS `key`, an `object` of IAM
   * that has no policy, any `other`.
   */
  readonly kind: 'none' | 'trust' | 'key' | 'object' | 'other';
  readonly account: string | undefined;
  readonly partition: string | undefined;
}

const NONE: RequestPlace = { kind: 'none', account: undefined, partition: undefined };

/** Reads the resource of a request. Throws a `KeyreachError` `bad-resource` for text that is neither an ARN nor `*`. */
export function readResource(resource: string): RequestPlace {
  if (resource === '*') return NONE;
  const arn = typeof resource === 'string' ? parseArn(resource) : undefined;
  if (arn === undefined) {
    throw simulationError(
      'bad-resource',
      `${quoteText(String(resource))} is not a resource; give an ARN, or \`*\` for none`,
    );
  }
  const account = isAccountId(arn.account) ? arn.account : undefined;
  return { kind: kindOf(resource, arn.service), account, partition: arn.partition };
}

function kindOf(resource: string, service: string): RequestPlace['kind'] {
  switch (service) {
    case 'iam':
      return needsResourceGrant('sts:AssumeRole', resource) ? 'trust' : 'object';
    case 'kms':
      return needsResourceGrant('kms:Decrypt', resource) ? 'key' : 'other';
    default:
      return 'other';
  }
}
