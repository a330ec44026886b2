import type { Timestamp } from '@keyreach/core/graph';
import type { RawRecord } from '@keyreach/core/input';
import type { ArmClients } from './arm-lists.ts';
import type { AzureCall, AzureMethod, FailedCall, ListResult } from './azure-call.ts';

/** What calls are about: the directory, a management group, a subscription, or the resources of some subscriptions. */
export interface AzureOwner {
  readonly kind: 'tenant' | 'management-group' | 'subscription' | 'subscriptions';
  /** Stable name, also of files: `tenant`, a name of a group, an id of a subscription, `subscriptions-1`. */
  readonly name: string;
  /** Of Resource Manager, without the slash in front: `subscriptions/ID`. */
  readonly scope?: string;
  /** Of `subscriptions`: their ids. */
  readonly subscriptions?: readonly string[];
}

/** Files of the bundle that parts fill; each is joined from what all owners gave (docs/bundles-azure.md). */
export type PartFile =
  | 'deny-assignments.json'
  | 'pim.json'
  | 'resources.json'
  | 'role-assignments.json'
  | 'role-definitions.json'
  | 'graph/administrativeUnits.json'
  | 'graph/appRoleAssignments.json'
  | 'graph/applications.json'
  | 'graph/federatedIdentityCredentials.json'
  | 'graph/groupEligibilityScheduleInstances.json'
  | 'graph/groups.json'
  | 'graph/oauth2PermissionGrants.json'
  | 'graph/roleAssignmentScheduleInstances.json'
  | 'graph/roleAssignments.json'
  | 'graph/roleDefinitions.json'
  | 'graph/roleEligibilityScheduleInstances.json'
  | 'graph/roleManagementPolicyAssignments.json'
  | 'graph/servicePrincipals.json'
  | 'graph/users.json'
  | 'graph/reports/appCredentialSignInActivities.json'
  | 'graph/reports/servicePrincipalSignInActivities.json'
  | 'usage/log-analytics.json';

/** What one part gave for one owner: values for lists of files, by file, then by list (`''`: the file is the list). */
export type PartValue = Partial<Readonly<Record<PartFile, Readonly<Record<string, readonly RawRecord[]>>>>>;

/** Calls about one owner, and a place for what could not be read. */
export interface OwnerCalls {
  /** One reply; a failure is noted as a gap. */
  sent(what: string, call: AzureCall): Promise<RawRecord | undefined>;
  /** Notes a gap that another run may close. */
  unread(what: string, why: string): void;
  /** A list of Graph, or of Resource Manager where no client has it; a failure is noted as a gap. Undefined: nothing came. */
  listed(what: string, call: AzureCall): Promise<readonly RawRecord[] | undefined>;
  /** A list of a client of Resource Manager, in the same way. */
  armListed(
    what: string,
    method: AzureMethod,
    ask: (clients: ArmClients) => { byPage(): AsyncIterable<unknown> },
  ): Promise<readonly RawRecord[] | undefined>;
  /** Lists of many calls of Graph; what failed is for the caller to note. */
  batch(calls: readonly AzureCall[]): Promise<readonly ListResult[]>;
  /** Rows of a query of Resource Graph about subscriptions; a failure is noted as a gap. */
  queried(what: string, query: string, subscriptions: readonly string[]): Promise<readonly RawRecord[] | undefined>;
  /** Notes a failed call as a gap that names the permission; `count`: how many failed like that. */
  failed(what: string, failed: FailedCall, count?: number): void;
}

/** What a part of a collection is given besides calls. */
export interface PartContext {
  /** Records that another part gave for all owners; for parts that come last. */
  given(file: PartFile): Promise<readonly RawRecord[]>;
  /** When the collection was begun. */
  readonly now: Timestamp;
}

/** One part of what is collected, as data: adding a part is adding a row to `parts/index.ts`. What cannot be read is a gap. */
export interface AzureCollectPart {
  /** Stable name, which the state of a collection and progress use. */
  readonly name: string;
  /** What is missing without it, as gaps call it. */
  readonly what: string;
  /** Whose calls it makes: `scopes`: management groups and subscriptions; `last`: the directory, once everything else is read. */
  readonly owners: 'last' | 'resources' | 'scopes' | 'tenant';
  readonly files: readonly PartFile[];
  readonly methods: readonly AzureMethod[];
  /** Actions of Resource Manager that reading takes beside those of the methods; absent: none. */
  readonly actions?: readonly string[];
  /** Undefined: nothing of it could be read. */
  run(calls: OwnerCalls, owner: AzureOwner, context: PartContext): Promise<PartValue | undefined>;
}
