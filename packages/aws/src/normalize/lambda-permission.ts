import type { RawRecord } from '@keyreach/core/input';
import { isAccountId, parseArn } from '../bundle/arn.ts';
import type { AwsAccountInput } from '../bundle/aws-input.ts';
import type { ListedResource } from '../bundle/resource-list.ts';
import { type NormalizeContext, scopeOf } from './normalize-context.ts';
import { regionOf } from './resource-identity.ts';
import { ensureResource } from './resource-policy-grants.ts';

/** Type of one statement of a function's policy. */
export const LAMBDA_PERMISSION = 'AWS::Lambda::Permission';

/**
 * Adds one permission of a function as the policy statement that Lambda makes of it: `SourceArn` becomes an `ArnLike`
 * condition, the other properties string conditions.
 */
export function addLambdaPermission(
  resource: ListedResource,
  account: AwsAccountInput,
  context: NormalizeContext,
): void {
  const { Properties, Identifier } = resource;
  const target = functionOf(Properties['FunctionName'], regionOf(resource), account);
  if (target === undefined) {
    const why = `a policy of type \`${LAMBDA_PERMISSION}\` does not say plainly, in \`FunctionName\`, to which function it applies`;
    context.builder.gap({ scope: scopeOf(account), what: 'resource policy', why, kind: 'bad-input' });
    return;
  }
  const node = ensureResource(target.function, 'AWS::Lambda::Function', account, context);
  const name = Identifier.slice(Identifier.lastIndexOf('|') + 1);
  let id = `${node}/permission/${name}`;
  for (let next = 2; context.policies.has(id); next += 1) id = `${node}/permission/${name}/${next}`;
  context.policies.add({
    id,
    name,
    type: 'resource',
    kind: 'resource',
    text: { Version: '2012-10-17', Statement: statementOf(Properties, target.qualified) },
    owner: node,
    partition: account.partition,
    gapScope: node,
  });
  context.policies.attach(id, node, 'resource-grant');
}

function statementOf(properties: RawRecord, resource: string): RawRecord {
  const {
    Principal: principal,
    SourceArn,
    SourceAccount,
    PrincipalOrgID,
    FunctionUrlAuthType,
    EventSourceToken,
  } = properties;
  const strings: Record<string, unknown> = {};
  if (SourceAccount !== undefined) strings['aws:SourceAccount'] = SourceAccount;
  if (PrincipalOrgID !== undefined) strings['aws:PrincipalOrgID'] = PrincipalOrgID;
  if (FunctionUrlAuthType !== undefined) strings['lambda:FunctionUrlAuthType'] = FunctionUrlAuthType;
  return {
    Effect: 'Allow',
    Action: properties['Action'],
    Principal: principalOf(principal),
    Resource: resource,
    Condition: {
      ...(SourceArn === undefined ? {} : { ArnLike: { 'aws:SourceArn': SourceArn } }),
      StringEquals: strings,
      // The token may be a secret: that one is needed is kept, which one is not.
      ...(EventSourceToken === undefined ? {} : { Null: { 'lambda:EventSourceToken': 'false' } }),
    },
  };
}

function principalOf(principal: unknown): unknown {
  if (principal === '*' || typeof principal !== 'string') return principal;
  const isAws = isAccountId(principal) || parseArn(principal) !== undefined;
  return isAws ? { AWS: principal } : { Service: principal };
}

/** A function is named by ARN, `ACCOUNT:function:NAME` or name, each with or without `:QUALIFIER`. */
function functionOf(
  value: unknown,
  region: string | undefined,
  { accountId, partition }: AwsAccountInput,
): { readonly function: string; readonly qualified: string } | undefined {
  if (typeof value !== 'string') return undefined;
  const arn = parseArn(value);
  const [, name, qualifier = ''] = /^(?:\d{12}:)?(?:function:)?([\w-]+)(:[\w$-]+)?$/.exec(arn?.resource ?? value) ?? [];
  const place = arn?.region ?? region;
  if (name === undefined || place === undefined) return undefined;
  const base = `arn:${arn?.partition ?? partition}:lambda:${place}:${arn?.account ?? accountId}:function:${name}`;
  return { function: base, qualified: `${base}${qualifier}` };
}
