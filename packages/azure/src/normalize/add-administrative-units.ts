import { AZURE, entraId, tenantId } from './azure-ids.ts';
import { distinctRecords } from './distinct-records.ts';
import type { NormalizeContext } from './normalize-context.ts';
import { toldFacts } from './told-facts.ts';

/** Adds administrative units; who is in them is told by attributes of the members (azure.md 1.4). */
export function addAdministrativeUnits({ input, builder, tenant }: NormalizeContext): void {
  for (const unit of distinctRecords(input.administrativeUnits?.items)) {
    builder.node({
      kind: 'resource',
      id: entraId(tenant, unit.id),
      provider: AZURE,
      type: 'administrative-unit',
      name: unit.displayName ?? unit.id,
      scope: tenantId(tenant),
      attributes: toldFacts({
        dynamic: unit.membershipType === undefined ? undefined : unit.membershipType.toLowerCase() === 'dynamic',
        restricted: unit.isMemberManagementRestricted,
        membersUnread: unit.members?.complete === true ? undefined : true,
      }),
    });
  }
}
