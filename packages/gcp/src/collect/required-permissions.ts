import { stringify } from 'yaml';
import { METHODS } from './methods.ts';
import type { GcpCollectPart, GcpGrant } from './part.ts';
import { GCP_COLLECT_PARTS } from './parts/index.ts';

/** What the caller of a collection needs on the organization. */
export interface GcpRequiredPermissions {
  /** Permissions of all calls, sorted. */
  readonly permissions: readonly string[];
  /** Smallest predefined roles that have them, call by call, sorted. */
  readonly roles: readonly string[];
  /** What is needed elsewhere: where a query runs, and where its tables are. */
  readonly grants: readonly GcpGrant[];
}

/** The permissions and roles with which a collection reads everything: those of its calls, and no more. */
export function gcpRequiredPermissions(parts: readonly GcpCollectPart[] = GCP_COLLECT_PARTS): GcpRequiredPermissions {
  const tree = [
    METHODS.organization,
    METHODS.organizations,
    METHODS.folder,
    METHODS.folders,
    METHODS.searchFolders,
    METHODS.project,
    METHODS.projects,
    METHODS.searchProjects,
  ];
  const methods = [...tree, ...parts.flatMap((part) => part.methods)];
  return {
    permissions: [...new Set(methods.flatMap(({ permissions }) => permissions))].sort(),
    roles: [...new Set(methods.flatMap(({ role }) => (role === undefined ? [] : [role])))].sort(),
    grants: parts.flatMap(({ grants = [] }) => grants),
  };
}

/**
 * The same as one JSON object: `roles` to grant on the organization, or `permissions` for a role of your own; `grants`, where there
 * are any, on what each names.
 */
export function gcpPermissionsJson({ roles, permissions, grants }: GcpRequiredPermissions): string {
  return `${JSON.stringify({ roles, permissions, ...(grants.length === 0 ? {} : { grants }) }, null, 2)}\n`;
}

/** A custom role as `gcloud iam roles create NAME --organization=ORG --file=FILE` takes it; comments say what is needed elsewhere. */
export function gcpPermissionsYaml({ permissions, grants }: GcpRequiredPermissions): string {
  const elsewhere = grants.map(({ on, role }) => `# Also grant ${role} on ${on}.\n`).join('');
  const role = stringify({
    title: 'Keyreach audit',
    description: 'Reads what keyreach collect gcp reads, and nothing else.',
    stage: 'GA',
    includedPermissions: permissions,
  });
  return `${elsewhere}${role}`;
}
