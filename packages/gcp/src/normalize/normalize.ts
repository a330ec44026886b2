import { type Gap, type Graph, GraphBuilder, quoteText, type Timestamp } from '@keyreach/core/graph';
import type { GcpInput } from '../bundle/gcp-input.ts';
import { addBindings, scopesWithPolicy } from './bindings.ts';
import { addBoundaries } from './boundaries.ts';
import { addConveniences, BasicRoleHolders } from './conveniences.ts';
import { addCredentials, nameCredentialOwners } from './credentials.ts';
import { addDenyPolicies } from './deny-policies.ts';
import { addDirectoryIdentities } from './directory-identities.ts';
import { PoolDirectory } from './federation/pool-directory.ts';
import { addGroups } from './groups.ts';
import { MemberRegister } from './member-register.ts';
import { NodeFacts } from './node-facts.ts';
import { addTags } from './node-tags.ts';
import type { NormalizeContext } from './normalize-context.ts';
import { addPools } from './pools.ts';
import { ProjectDirectory } from './project-directory.ts';
import { addRecordedUse } from './recorded-use.ts';
import { addResources } from './resources.ts';
import { RoleRegister } from './role-register.ts';
import { addOrgPolicies } from './scope-org-policies.ts';
import { addScopes } from './scopes.ts';
import { ServiceAccountDirectory } from './service-account-directory.ts';
import { addServiceAccounts } from './service-accounts.ts';
import { addServiceAgents } from './service-agents.ts';

/** What a normalisation needs beside the input. */
export interface NormalizeOptions {
  /** RFC 3339; expiry is told relative to it. */
  readonly now: Timestamp;
}

/**
 * Makes a graph of Google Cloud input (docs/graph-gcp.md). Pure: equal input and `now` give an equal graph, whatever the order of
 * the lists in it. Nothing here throws because of data; what the input lacks or says wrongly is a gap.
 *
 * @example
 * ```ts
 * const graph = normalizeGcp(await readGcpInput('./bundle'), { now: '2026-01-01T00:00:00.000Z' });
 * ```
 */
export function normalizeGcp(input: GcpInput, { now }: NormalizeOptions): Graph {
  const builder = new GraphBuilder();
  const directory = new ProjectDirectory(input);
  const pools = new PoolDirectory(input, (project) => directory.numberOf(project));
  const nodes = new NodeFacts(builder);
  const holders = new BasicRoleHolders(input, directory);
  const accounts = new ServiceAccountDirectory(input);
  const members: MemberRegister = new MemberRegister(
    directory,
    (value) => holders.matchers(value, members),
    ({ pool }) => pools.isOff(pool),
    (uniqueId) => accounts.emailOf(uniqueId),
  );
  const context: NormalizeContext = {
    input,
    builder,
    nodes,
    directory,
    accounts,
    pools,
    members,
    roles: new RoleRegister(builder, directory),
    policySet: scopesWithPolicy(input, (name) => directory.scopeIdOf(name)),
    now,
  };
  for (const gap of input.gaps) builder.gap(gap);
  addTags(context);
  addOrgPolicies(context);
  addScopes(context);
  context.roles.addListed(input, nodes);
  addResources(context);
  addBindings(context);
  addDenyPolicies(context);
  addBoundaries(context);
  addConveniences(context, holders);
  addGroups(context);
  nameCredentialOwners(context);
  addPools(context);
  addServiceAgents(context);
  addServiceAccounts(context);
  addDirectoryIdentities(context);
  addCredentials(context);
  addRecordedUse(context);
  for (const gap of [...context.roles.gaps(), ...unknownMembers(members)]) builder.gap(gap);
  return builder.build();
}

/** Most members of unknown form that the gap names. */
const MOST_NAMED = 50;

function unknownMembers({ unknownForms }: MemberRegister): readonly Gap[] {
  if (unknownForms.size === 0) return [];
  const sorted = [...unknownForms].sort();
  const shown = sorted.slice(0, MOST_NAMED).map((text) => quoteText(text));
  const more = sorted.length - shown.length;
  const why = `${shown.join(', ')}${more === 0 ? '' : ` and ${more} more`} are of no known form; whom they mean is unknown`;
  return [{ scope: 'members', what: 'members of policies', why, kind: 'bad-input' }];
}
