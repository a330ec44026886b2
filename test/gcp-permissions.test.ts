import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { globMatch } from '@keyreach/core/authz';
import type { Selector } from '@keyreach/core/graph';
import {
  blockedBy,
  canonicalPermission,
  deniedActions,
  knownPermissions,
  LEGACY_PERMISSIONS,
} from '@keyreach/gcp/offline';
import { describe, expect, it } from 'vitest';
import { sharedData } from './shared-data.ts';

/** Every predefined role of the sample data: name → permissions; undefined where the data are not there. */
function roleData(): ReadonlyMap<string, readonly string[]> | undefined {
  const file = sharedData('gcp/roles.json.gz');
  if (file === undefined) return undefined;
  const roles = JSON.parse(gunzipSync(readFileSync(file)).toString('utf8')) as readonly {
    readonly name: string;
    readonly includedPermissions?: readonly string[];
  }[];
  return new Map(roles.map((role) => [role.name, role.includedPermissions ?? []]));
}

/** All permission names in those roles, sorted; undefined where the data are not there. */
function allPermissions(): readonly string[] | undefined {
  const roles = roleData();
  return roles === undefined ? undefined : [...new Set([...roles.values()].flat())].sort();
}

const names = allPermissions();
const roles = roleData();

const named = (selectors: readonly Selector[], action: string): boolean =>
  selectors.some(
    ({ include, exclude }) =>
      include.some((pattern) => globMatch(pattern, action)) && !exclude.some((pattern) => globMatch(pattern, action)),
  );

/** Whether a rule of a deny policy names a v1 permission, by the selectors made of it. */
function denies(denied: readonly string[], excepted: readonly string[], v1: string): boolean {
  return named(deniedActions(denied, excepted), v1);
}

function outcome(version: string | undefined, action: string): 'blocked' | 'free' | 'perhaps' {
  const { free, perhaps } = blockedBy(version);
  return named(free, action) ? 'free' : named(perhaps, action) ? 'perhaps' : 'blocked';
}

describe.skipIf(names === undefined)(
  'names of deny and boundary policies, of every permission of the predefined roles',
  () => {
    it('is denied by its own name and by each wildcard over it, and the next one is not', () => {
      const all = names ?? [];
      expect(all.length).toBeGreaterThan(13_000);
      for (let at = 0; at < all.length; at += 1) {
        const name = all[at]!;
        const canonical = canonicalPermission(name);
        const [service, rest] = canonical.split('/') as [string, string];
        const [resource, verb] = rest.split('.') as [string, string];
        for (const pattern of [
          canonical,
          `${service}/*.*`,
          `${service}/*`,
          `${service}/${resource}.*`,
          `${service}/*.${verb}`,
        ]) {
          if (!denies([pattern], [], name)) expect.fail(`${pattern} does not deny ${name}`);
        }
        const other = all[(at + 1) % all.length]!;
        if (denies([canonical], [], other)) expect.fail(`${canonical} denies ${other}`);
      }
    });

    it('falls under a wildcard over a service exactly where its canonical name is of the service', () => {
      const all = names ?? [];
      for (const service of [
        'bigquery.googleapis.com',
        'serviceusage.googleapis.com',
        'apikeys.googleapis.com',
        'iam.googleapis.com',
        'bigquerydatapolicy.googleapis.com',
        'cloudresourcemanager.googleapis.com',
        'run.googleapis.com',
      ]) {
        const denied = all.filter((name) => denies([`${service}/*.*`], [], name));
        expect(denied).toEqual(all.filter((name) => canonicalPermission(name).startsWith(`${service}/`)));
      }
    });
  },
);

describe.skipIf(names === undefined)('what boundaries block, of every permission of the predefined roles', () => {
  it.each(['1', '2', '3', '4'])('is blocked by version %s or not, and never both', (version) => {
    const { blocked, free, perhaps } = blockedBy(version);
    for (const name of names ?? []) {
      const is = [named(blocked, name), named(free, name), named(perhaps, name)].filter(Boolean);
      if (is.length !== 1) expect.fail(`${name}: ${is.length} answers`);
    }
  });

  it('is blocked by a version where an earlier one blocks it', () => {
    for (const name of names ?? []) {
      for (const [earlier, later] of [
        ['1', '2'],
        ['2', '3'],
        ['3', '4'],
      ] as const) {
        if (outcome(earlier, name) === 'blocked') expect(outcome(later, name)).toBe('blocked');
      }
    }
  });

  it('is among those that some pattern of the table names, service by service', () => {
    const patterns = new Set(blockedBy('4').blocked.flatMap(({ include }) => include));
    const idle = [...patterns].filter(
      (pattern) => !pattern.includes('/') && !(names ?? []).some((name) => globMatch(pattern, name)),
    );
    // Names that no predefined role has under this beginning, though the table of blockable permissions has them.
    expect(idle.sort()).toEqual([
      'apikeys.apikeys.*',
      'bigquery.datasources.*',
      'bigquerydatapolicy.*',
      'bigquerydatatransfer.transfers.*',
      'datastore.indexes.*',
      'gkehub.fleets.*',
      'iam.oauthClientCredentials.*',
      'iam.oauthClients.*',
      'iam.workforcePoolProviderKeys.*',
      'iam.workforcePoolProviders.*',
      'iam.workforcePoolSubjects.*',
      'iam.workforcePools.*',
      'iam.workloadIdentityPoolNamespaces.*',
      'iam.workloadIdentityPoolProviderKeys.*',
      'iam.workloadIdentityPoolProviders.*',
      'networkservices.edgeCache*.*',
      'run.authorizeddomains.*',
      'run.domainmappings.*',
      'servicemanagement.consumers.getIamPolicy',
      'servicemanagement.consumers.setIamPolicy',
    ]);
  });
});

describe.skipIf(names === undefined)('known permissions, against the predefined roles', () => {
  const all = new Set(allPermissions() ?? []);

  it('names permissions that exist, and legacy ones that do not', () => {
    expect(knownPermissions.filter(({ name }) => !all.has(name))).toEqual([]);
    expect(LEGACY_PERMISSIONS.filter((name) => all.has(name))).toEqual([]);
  });

  it.each(['roles/owner', 'roles/editor', 'roles/viewer'] as const)('agrees with %s', (role) => {
    const held = new Set(roles?.get(role) ?? []);
    const wrong = knownPermissions.filter(({ name, basicRoles }) => basicRoles.includes(role) !== held.has(name));
    expect(wrong).toEqual([]);
  });

  it('has every setIamPolicy', () => {
    const known = new Set(knownPermissions.map(({ name }) => name));
    const setters = [...all].filter((name) => name.endsWith('.setIamPolicy'));
    expect(setters).toHaveLength(309);
    expect(setters.filter((name) => !known.has(name))).toEqual([]);
  });
});
