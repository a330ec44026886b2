import { PARTITIONS } from './precondition-names.ts';
import type { ActionName, AwsRequirement } from './technique-row.ts';

/**
 * The caller may name a managed policy in the request: the key `key` holds its ARN. With the policy that allows
 * everything the outcome is certain; where the caller may only name others, what those allow decides, which is left open
 * as `otherwise`.
 */
export function naming(
  key: 'iam:PolicyARN' | 'iam:PermissionsBoundary',
  action: ActionName,
  otherwise: 'another-policy-suffices' | 'another-boundary-is-wider',
): AwsRequirement {
  return {
    any: [
      ...PARTITIONS.map(
        (partition): AwsRequirement => ({
          all: [
            { holds: `partition:${partition}` },
            { allowed: action, context: { [key]: `arn:${partition}:iam::aws:policy/AdministratorAccess` } },
          ],
        }),
      ),
      { all: [{ allowed: action }, { holds: otherwise }] },
    ],
  };
}
