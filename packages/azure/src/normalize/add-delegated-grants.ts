import type { ApplicationDirectory } from './application-directory.ts';
import { AZURE } from './azure-ids.ts';
import { distinctRecords } from './distinct-records.ts';
import type { NormalizeContext } from './normalize-context.ts';

/** Most scopes of one grant that its name shows. */
const MOST_SHOWN = 20;

/**
 * Adds delegated permissions as facts: they hold with the token of a user only, within what the user may do, so they are placed
 * on nobody (azure.md 1.5).
 */
export function addDelegatedGrants(
  { input, builder, principals, tenant }: NormalizeContext,
  directory: ApplicationDirectory,
): void {
  const apis = new Map(directory.servicePrincipals.map(({ id, appId }) => [id.toLowerCase(), appId.toLowerCase()]));
  for (const grant of distinctRecords(input.permissionGrants?.items)) {
    const scopes = [...new Set(grant.scopes)].sort();
    const api = apis.get(grant.resourceId.toLowerCase()) ?? grant.resourceId.toLowerCase();
    const more = scopes.length - MOST_SHOWN;
    const document = builder.document({
      provider: AZURE,
      statements:
        scopes.length === 0
          ? []
          : [
              {
                effect: 'allow',
                actions: { include: scopes.map((scope) => `app:${api}/delegated/${scope}`), exclude: [] },
                index: 0,
              },
            ],
    });
    builder.policy({
      id: `delegated-grant:${tenant}/${grant.id}`,
      provider: AZURE,
      name: `${scopes.slice(0, MOST_SHOWN).join(' ')}${more > 0 ? ` and ${more} more` : ''}`,
      type: 'delegated-grant',
      document,
      owner: principals.name(grant.clientId, { type: 'service-principal' }),
    });
    if (grant.principalId !== undefined) principals.name(grant.principalId, { type: 'user' });
  }
}
