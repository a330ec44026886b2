import { type ResourceType, UNCOLLECTED } from './target-types.ts';
import type { AttackId, GcpRequirement, GcpTarget, GcpTechniqueRow, PermissionName } from './technique-row.ts';

/** The target of rows that are about a service account as such (S of gcp.md 3). */
export const SERVICE_ACCOUNT: GcpTarget = { kind: 'identity', types: ['service-account'] };

/** The target of rows in which code of the caller runs as an account that Google keeps for the project. */
export const SERVICE_AGENT: GcpTarget = { kind: 'identity', types: ['service-agent'] };

/** The caller is allowed the permission on the target. */
export const allowed = (permission: PermissionName): GcpRequirement => ({ allowed: permission });

/** The caller is allowed the permission on the project of the target. */
export const onHome = (permission: PermissionName): GcpRequirement => ({ allowed: permission, on: 'home' });

/** All of the requirements. */
export const all = (...requirements: readonly GcpRequirement[]): GcpRequirement => ({ all: requirements });

/** One of the requirements. */
export const any = (...requirements: readonly GcpRequirement[]): GcpRequirement => ({ any: requirements });

/** A service account gives tokens only while it is enabled; who may enable it can see to that. */
export const ENABLED: GcpRequirement = any({ holds: 'enabled' }, allowed('iam.serviceAccounts.enable'));

/** May have workloads act as the target. */
export const ACT_AS: GcpRequirement = all(allowed('iam.serviceAccounts.actAs'), ENABLED);

/** May have workloads act as an identity that the target runs as (A of gcp.md 3). */
export const ACT_AS_ATTACHED: GcpRequirement = { attached: ACT_AS };

/** Tokens of the workload are those of an identity that is enabled, for all APIs. */
export const GIVES_TOKENS: GcpRequirement = all({ attached: { holds: 'enabled' } }, { holds: 'full-token-scopes' });

/** May switch off what an organization policy of the target's project forbids (org-policy-relax of gcp.md 3.B). */
export const MAY_RELAX_ORG_POLICY: GcpRequirement = any(
  onHome('orgpolicy.policies.create'),
  onHome('orgpolicy.policies.update'),
  onHome('orgpolicy.policies.delete'),
  onHome('orgpolicy.policy.set'),
);

/** Resources of the types in the same project, or the placeholder of those that were not listed. */
export const beside = (types: readonly ResourceType[], that: GcpRequirement): GcpRequirement => ({
  beside: { kind: 'resource', types: [...types, UNCOLLECTED] },
  that,
});

/** Existing workloads of the types, or the placeholder of those that were not listed. */
export const workloads = (...types: readonly ResourceType[]): GcpTarget => ({
  kind: 'resource',
  types: [...types, UNCOLLECTED],
});

/** Resources of the types. */
export const resources = (...types: readonly ResourceType[]): GcpTarget => ({ kind: 'resource', types });

/**
 * One of the sets of permissions, on the project of the service account or, where the account may be used by workloads of
 * other projects (gcp.md 1.8), on any one.
 */
export function somewhere(...ways: readonly (readonly PermissionName[])[]): GcpRequirement {
  return any(
    ...ways.map((way) => all(...way.map(onHome))),
    all(
      any({ holds: 'usable-across-projects' }, MAY_RELAX_ORG_POLICY),
      any(...ways.map((way): GcpRequirement => ({ somewhere: way }))),
    ),
  );
}

/** A row in which the caller makes a workload that runs as the service account. */
export function launch(
  slug: string,
  title: string,
  attack: readonly AttackId[],
  ...ways: readonly (readonly PermissionName[])[]
): GcpTechniqueRow {
  return {
    slug,
    title,
    attack,
    target: SERVICE_ACCOUNT,
    requires: all(ACT_AS, somewhere(...ways)),
    yields: 'become',
  };
}

/** What {@link redeploy} makes rows of. */
export interface Redeployment {
  readonly slug: string;
  readonly title: string;
  readonly attack: readonly AttackId[];
  readonly types: readonly ResourceType[];
  /** Of the existing workload, for it to run the caller's code. */
  readonly requires: GcpRequirement;
}

/**
 * Rows in which the caller has an existing workload run its code as a service account it may act as: an account of the same
 * project, which it can put in the place of the one attached, and the one attached, of whatever project.
 */
export function redeploy({ slug, title, attack, types, requires }: Redeployment): readonly GcpTechniqueRow[] {
  return [
    { slug, title, attack, target: SERVICE_ACCOUNT, requires: all(ACT_AS, beside(types, requires)), yields: 'become' },
    {
      slug,
      variant: 'attached',
      title,
      attack,
      target: workloads(...types),
      requires: all(requires, ACT_AS_ATTACHED, { holds: 'runs-as-one-identity' }, { holds: 'full-token-scopes' }),
      yields: 'become-runtime',
    },
  ];
}

/** A row of {@link redeploy} beside one of {@link launch} of the same slug. */
export const asUpdate = (row: GcpTechniqueRow): GcpTechniqueRow => ({
  ...row,
  variant: row.variant === undefined ? 'update' : `update-${row.variant}`,
});

/** A row in which code runs in an existing workload without any right to its identity. */
export function takeOver(
  slug: string,
  title: string,
  attack: readonly AttackId[],
  types: readonly ResourceType[],
  requires: GcpRequirement,
): GcpTechniqueRow {
  return {
    slug,
    title,
    attack,
    target: workloads(...types),
    requires: all(requires, GIVES_TOKENS),
    yields: 'become-runtime',
  };
}
