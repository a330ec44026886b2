import type { IdentityNode, Json, NodeId } from '@keyreach/core/graph';
import { AWS, accountScopeId } from './aws-ids.ts';
import type { NormalizeContext } from './normalize-context.ts';
import { addForeignAccount } from './organization.ts';
import type { PolicyRegister } from './policy-register.ts';
import type { ExternalIdentity } from './principal-directory.ts';
import { TRUST_ACTIONS } from './trust-actions.ts';

const POLICY = 'synthetic:aws/grants-outside-the-input';
const TRUST = 'synthetic:aws/trust-outside-the-input';

/**
 * Adds the identities that policies name and the input does not hold, each in the scope of its account where it has
 * one. What they may do at home is not in the input, and whoever controls them can hold anything there, so each holds a
 * policy that allows everything: access then depends on the policies of this input alone.
 */
export function addExternalIdentities(context: NormalizeContext): void {
  const { builder, policies } = context;
  const externals = policies.externals().filter(([id]) => !builder.has(id));
  if (externals.length === 0) return;
  policies.add({
    id: POLICY,
    name: 'grants held outside the input',
    type: 'synthetic',
    kind: 'identity',
    text: { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: '*', Resource: '*' } },
    partition: AWS,
    gapScope: POLICY,
  });
  for (const [id, references] of externals) {
    const [first] = references;
    if (first === undefined) continue;
    const { accountId, partition } = first;
    if (accountId !== undefined) addForeignAccount(accountId, partition ?? AWS, context);
    builder.node(externalNode(first, mergedAttributes(references)));
    policies.attach(POLICY, id, 'identity-grant');
    if (first.type === 'role' && !isServiceLinked(id)) addUnknownTrust(id, policies);
  }
}

/** A service-linked role trusts its service and nobody else, wherever it is (aws.md 1.7). */
function isServiceLinked(role: NodeId): boolean {
  return role.includes(':role/aws-service-role/');
}

/** Whom a role outside the input trusts is not in the input either: who may assume it is unknown, not nobody. */
function addUnknownTrust(role: NodeId, policies: PolicyRegister): void {
  if (!policies.has(TRUST)) {
    const why = 'the trust policy of a role outside the input is not in the input';
    policies.addMissing({ id: TRUST, name: 'trust policy outside the input', type: 'synthetic', why });
  }
  policies.attach(TRUST, role, 'resource-grant', TRUST_ACTIONS);
}

function externalNode(
  { id, type, name, accountId, partition }: ExternalIdentity,
  attributes: Readonly<Record<string, Json>>,
): IdentityNode {
  const inAccount = accountId === undefined ? {} : { scope: accountScopeId(accountId, partition ?? AWS) };
  const facts = accountId === undefined ? attributes : { accountId, partition: partition ?? AWS, ...attributes };
  const managed = type === 'role' && isServiceLinked(id) ? { providerManaged: true } : {};
  return {
    kind: 'identity',
    id,
    provider: AWS,
    type,
    name,
    ...inAccount,
    external: true,
    ...managed,
    attributes: facts,
  };
}

/**
 * Facts of one identity that several policies name. Claims of a federated subject add up: a token can be had for each
 * audience that somebody asks for.
 */
function mergedAttributes(references: readonly ExternalIdentity[]): Readonly<Record<string, Json>> {
  const claims = new Map<string, Set<string>>();
  const providers = new Set<string>();
  let issuer: Json | undefined;
  for (const { attributes } of references) {
    issuer ??= attributes?.['issuer'];
    for (const provider of strings(attributes?.['providers'])) providers.add(provider);
    for (const [claim, value] of Object.entries(attributes?.['claims'] ?? {})) {
      const values = claims.get(claim) ?? new Set();
      for (const text of strings(value)) values.add(text);
      claims.set(claim, values);
    }
  }
  if (issuer === undefined) return {};
  const merged = [...claims].sort().map(([claim, values]): [string, Json] => {
    const sorted = [...values].sort();
    return [claim, sorted.length === 1 ? (sorted[0] ?? '') : sorted];
  });
  return {
    issuer,
    claims: Object.fromEntries(merged),
    ...(providers.size === 0 ? {} : { providers: [...providers].sort() }),
    ...openness(references),
    ...(references.some(({ attributes }) => attributes?.['providerMissing'] === true) ? { providerMissing: true } : {}),
  };
}

/** `true` where one of the policies lets strangers in for sure, `conditional` where one may. */
function openness(references: readonly ExternalIdentity[]): Readonly<Record<string, Json>> {
  const states = references.map(({ attributes }) => attributes?.['openToStrangers']);
  if (states.includes(true)) return { openToStrangers: true };
  return states.includes('conditional') ? { openToStrangers: 'conditional' } : {};
}

function strings(value: Json | undefined): readonly string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  return list.filter((item) => typeof item === 'string');
}
