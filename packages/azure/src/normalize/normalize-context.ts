import type { GraphBuilder, Timestamp } from '@keyreach/core/graph';
import type { AzureInput } from '../bundle/azure-input.ts';
import type { ArmScope, ArmScopes } from './arm-scope.ts';
import type { CredentialLastUse } from './credential-last-use.ts';
import type { DistinctRecords } from './distinct-records.ts';
import type { PrincipalRegister } from './principal-register.ts';

/** What the steps of a normalisation share. */
export interface NormalizeContext {
  readonly input: AzureInput;
  readonly builder: GraphBuilder;
  /** Id of the tenant, in lower case; `unknown` where nothing in the input tells it. */
  readonly tenant: string;
  /** Scope ids, each text taken apart once: equal ids are one text. */
  readonly scopes: ArmScopes;
  /** Every scope that the input names, by id. */
  readonly named: ReadonlyMap<string, ArmScope>;
  /** Lists of the input with each record once, for the steps that share one. */
  readonly distinct: DistinctRecords;
  /** Who is named anywhere; those that are not listed have their nodes added last. */
  readonly principals: PrincipalRegister;
  /** When credentials were last used, for the steps that add them. */
  readonly lastUse: CredentialLastUse;
  /** RFC 3339; time is never read from a clock. */
  readonly now: Timestamp;
}
