import type { AwsAccountInput } from '../bundle/aws-input.ts';
import type { ListedResource } from '../bundle/resource-list.ts';
import { parseArn } from './aws-ids.ts';
import { type NormalizeContext, scopeOf } from './normalize-context.ts';
import { ensureResource } from './resource-policy-grants.ts';

/** Type of one statement of the policy of a layer version. */
export const LAYER_PERMISSION = 'AWS::Lambda::LayerVersionPermission';

/** Adds one permission of a layer version: for everybody, an account, or an organization (aws.md 3.4). */
export function addLayerPermission(
  resource: ListedResource,
  account: AwsAccountInput,
  context: NormalizeContext,
): void {
  const { LayerVersionArn: layer, Action, Principal, OrganizationId: organization } = resource.Properties;
  if (typeof layer !== 'string' || parseArn(layer)?.service !== 'lambda') {
    const why = `a policy of type \`${LAYER_PERMISSION}\` does not say plainly, in \`LayerVersionArn\`, to which layer it applies`;
    context.builder.gap({ scope: scopeOf(account), what: 'resource policy', why, kind: 'bad-input' });
    return;
  }
  const node = ensureResource(layer, 'AWS::Lambda::LayerVersion', account, context);
  const first = `${node}/permission`;
  let id = first;
  for (let next = 2; context.policies.has(id); next += 1) id = `${first}/${next}`;
  context.policies.add({
    id,
    name: 'layer permission',
    type: 'resource',
    kind: 'resource',
    text: {
      Version: '2012-10-17',
      Statement: {
        Effect: 'Allow',
        Action,
        Principal: Principal === '*' ? '*' : { AWS: Principal },
        Resource: layer,
        ...(organization === undefined ? {} : { Condition: { StringEquals: { 'aws:PrincipalOrgID': organization } } }),
      },
    },
    owner: node,
    partition: account.partition,
    gapScope: node,
  });
  context.policies.attach(id, node, 'resource-grant');
}
