import { type Graph, GraphBuilder, type Timestamp } from '@keyreach/core/graph';
import type { AwsInput } from '../bundle/aws-input.ts';
import { addCredentials } from './credentials.ts';
import { EstateDirectory } from './estate-directory.ts';
import { addExternalIdentities } from './external-identities.ts';
import { addIdentities, addRootUser, addUncollectedRootUsers } from './identities.ts';
import { addIdentityCenters } from './identity-center.ts';
import { addIdentityProviders, addVouching } from './identity-provider-nodes.ts';
import { addManagedPolicies } from './managed-policies.ts';
import type { NormalizeContext } from './normalize-context.ts';
import { addScopes } from './organization.ts';
import { PolicyRegister } from './policy-register.ts';
import { addRecordedUse } from './recorded-use.ts';
import { addResources } from './resources.ts';
import { addServiceSubjects } from './service-subjects.ts';
import { addStoredKeys } from './stored-keys.ts';
import { addTrailUse } from './trail-use.ts';
import { addUncollectedWorkloads } from './uncollected-workloads.ts';
import { addUnlistedUsers } from './unlisted-users.ts';
import { userFacts } from './user-facts.ts';

/** What a normalisation needs beside the input. */
export interface NormalizeOptions {
  /** RFC 3339; recorded use is placed relative to it. */
  readonly now: Timestamp;
}

/**
 * Makes a graph of AWS input. Pure: equal input and `now` give an equal graph, whatever the order of the lists in it.
 * Nothing here throws because of data; what the input lacks or says wrongly is a gap.
 *
 * @example
 * ```ts
 * const graph = normalizeAws(await readAwsInput('./bundle'), { now: '2026-01-01T00:00:00.000Z' });
 * ```
 */
export function normalizeAws(input: AwsInput, { now }: NormalizeOptions): Graph {
  const builder = new GraphBuilder();
  const directory = new EstateDirectory(input);
  const context: NormalizeContext = {
    input,
    builder,
    directory,
    policies: new PolicyRegister(builder, directory),
    now,
  };
  for (const gap of input.gaps) builder.gap(gap);
  addScopes(context);
  addManagedPolicies(context);
  for (const account of Object.values(input.accounts)) {
    const facts = userFacts(account);
    addIdentities(account, facts, context);
    addRootUser(account, facts, context);
    addUnlistedUsers(account, facts, context);
    addCredentials(account, context);
    addRecordedUse(account, context);
    addIdentityProviders(account, context);
    addResources(account, context);
    addUncollectedWorkloads(account, context);
  }
  addIdentityCenters(context);
  addStoredKeys(context);
  addExternalIdentities(context);
  addVouching(context);
  addUncollectedRootUsers(context);
  addServiceSubjects(context);
  addTrailUse(context);
  return builder.build();
}
