import { type Listed, optionalString, type RawRecord, type Report, requiredString } from '@keyreach/core/input';
import type { GcpAsset } from './gcp-input.ts';
import { readPages } from './pages.ts';
import { withoutSecrets } from './scrub.ts';

const CRM = '//cloudresourcemanager.googleapis.com/';

/** Reads a list of the resource manager (v3) as assets: projects.json, folders.json, organizations.json (gcp.md 4.1, 4.2). */
export function readHierarchy(
  kind: 'projects' | 'folders' | 'organizations',
  assetType: string,
): (raw: unknown, report: Report) => Listed<GcpAsset> | undefined {
  return (raw, report) =>
    readPages(raw, kind, report, (element, where, tell): GcpAsset | undefined => {
      const name = nameOf(kind, element) ?? requiredString(element, 'name', where, tell);
      if (name === undefined) return undefined;
      if (!name.startsWith(`${kind}/`)) {
        tell(`${where}.name`, `a name such as \`${kind}/123\``);
        return undefined;
      }
      return assetOf(`${CRM}${name}`, assetType, element);
    });
}

/** Reads service-accounts.json: `serviceAccounts.list` of every project, as assets (gcp.md 4.1, 4.2). */
export function readServiceAccounts(raw: unknown, report: Report): Listed<GcpAsset> | undefined {
  return readPages(raw, 'accounts', report, (element, where, tell) => {
    const email = requiredString(element, 'email', where, tell);
    const projectId = optionalString(element, 'projectId', where, tell) ?? '-';
    if (email === undefined) return undefined;
    const name = `//iam.googleapis.com/projects/${projectId}/serviceAccounts/${email}`;
    return assetOf(name, 'iam.googleapis.com/ServiceAccount', element);
  });
}

/** Version 1, which some commands still print, calls a project by a name of its own. */
function nameOf(kind: string, { projectNumber }: RawRecord): string | undefined {
  if (kind !== 'projects') return undefined;
  const number = typeof projectNumber === 'number' ? String(projectNumber) : projectNumber;
  return typeof number === 'string' && /^\d{1,30}$/.test(number) ? `projects/${number}` : undefined;
}

function assetOf(name: string, assetType: string, raw: RawRecord): GcpAsset {
  return { name, assetType, ancestors: [], resource: { data: withoutSecrets(raw) } };
}
