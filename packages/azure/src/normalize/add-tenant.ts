import { AZURE, tenantId } from './azure-ids.ts';
import type { NormalizeContext } from './normalize-context.ts';
import { UNKNOWN_TENANT } from './tenant-of.ts';
import { toldFacts } from './told-facts.ts';

/** Adds the tenant, the scope of its directory and of all of Azure below it. */
export function addTenant({ input, builder, tenant }: NormalizeContext): void {
  const organization = input.organizations?.items
    .filter(({ id }) => id.toLowerCase() === tenant)
    .sort((left, right) => (JSON.stringify(left) < JSON.stringify(right) ? -1 : 1))[0];
  const domains = organization?.verifiedDomains ?? [];
  builder.node({
    kind: 'scope',
    id: tenantId(tenant),
    provider: AZURE,
    type: 'tenant',
    name: organization?.displayName ?? domains.find(({ isDefault }) => isDefault === true)?.name ?? tenant,
    attributes: toldFacts({
      tenantId: tenant === UNKNOWN_TENANT ? undefined : tenant,
      domains: organization === undefined ? undefined : domains.map(({ name }) => name.toLowerCase()).sort(),
      eligibleUnread: input.directoryRoleEligibilities?.complete === true ? undefined : true,
    }),
  });
  if (tenant === UNKNOWN_TENANT) {
    builder.gap({
      scope: tenantId(tenant),
      what: 'tenant',
      why: 'nothing in the input tells the id of the tenant; which applications and issuers are its own is unknown',
      fix: 'az rest --url https://graph.microsoft.com/v1.0/organization, as graph/organization.json',
      kind: 'not-collected',
    });
  }
  const others = new Set((input.organizations?.items ?? []).map(({ id }) => id.toLowerCase()));
  others.delete(tenant);
  for (const other of [...others].sort()) {
    builder.gap({
      scope: tenantId(other),
      what: 'tenant',
      why: `the input is read as that of tenant \`${tenant}\`; objects of another tenant belong in an input of their own`,
      kind: 'bad-input',
    });
  }
}
