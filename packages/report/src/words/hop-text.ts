import type { NodeId } from '@keyreach/core/graph';
import type { Hop, HopChange, HopSession } from '@keyreach/core/reach';
import { shortText } from './evidence-text.ts';
import { type Labels, labelText } from './labels.ts';

/**
 * Where a hop leads, as a person says it: the node, and what is done to it there: `user mia (shop), in group admins`,
 * `a new identity (shop), with every permission, up to boundary limits`.
 */
export function hopEndText({ to, change, session, via }: Hop, labels: Labels): string {
  const parts = [labelText(labels(to))];
  if (session !== undefined) parts.push(sessionText(session));
  if (change !== undefined) parts.push(...changeTexts(change, labels));
  const told = change?.change === 'join' || change?.change === 'lift' || change?.change === 'open';
  if (via !== undefined && !told) parts.push(`by way of ${listText(via, labels)}`);
  return parts.join(', ');
}

/** The session a hop leads to: `in sessions of kind console`, `limited to sessions of kind ssh-public-key`. */
export function sessionText({ kind, limited }: HopSession): string {
  if (kind === undefined) return limited === true ? 'within the limits of the session' : 'in a session of its own';
  return `${limited === true ? 'limited to' : 'in'} sessions of kind ${kind}`;
}

function changeTexts(change: HopChange, labels: Labels): readonly string[] {
  switch (change.change) {
    case 'grant':
      return [withText(change.policies, labels)];
    case 'guard':
      return [
        change.policy === undefined
          ? 'without its permissions boundary'
          : `with ${policyText(change.policy, labels)} as permissions boundary`,
      ];
    case 'drop':
      return [`without ${change.policies.map(({ policy }) => policyText(policy, labels)).join(', ')}`];
    case 'replace':
      return [`with ${policyText(change.policy, labels)} as it was in ${labels(change.by).name}`];
    case 'retag':
      return ['with tags of the caller’s choice'];
    case 'session':
      return [sessionText({ kind: change.session })];
    case 'join':
      return [`put into ${listText(change.groups, labels)}`];
    case 'lift':
      return [`without ${policiesText(change.policies, labels)} around it`];
    case 'open':
      return [`with ${policiesText(change.policies, labels)} letting everything pass`];
    case 'leave-scopes':
      return ['outside its organization and the policies of it'];
    case 'make':
      return [
        change.bare === true
          ? 'without any permission, by a name that nobody has'
          : change.groups === undefined
            ? withText(change.policies, labels)
            : `put into ${listText(change.groups, labels)}`,
        ...(change.guard === undefined ? [] : [`up to boundary ${labels(change.guard).name}`]),
      ];
    case 'open-resource':
      return [
        `${change.instead === true ? 'with a policy' : 'let in by a statement'} of the caller’s making`,
        ...(change.outsider === true ? ['which lets in an account of the attacker’s own'] : []),
        ...afterTexts(change.after),
      ];
    case 'retag-resource':
      return ['with tags of the caller’s choice', ...afterTexts(change.after)];
    case 'control':
      return ['open to any grant'];
    case 'hand-out':
      return [handOutText(change, labels)];
    case 'extend':
      return [`with every permission in ${policiesText(change.policies, labels)}`];
    case 'lift-denies':
      return ['without the denies placed on it'];
    case 'lift-guards':
      return ['without the boundaries placed on it'];
    case 'together':
      return ['with every such change at once'];
  }
}

function handOutText(
  { policies, types, principals }: Extract<HopChange, { readonly change: 'hand-out' }>,
  labels: Labels,
): string {
  const what = policies === undefined ? 'any permission' : policiesText(policies, labels);
  if (types === undefined) return `open to grants of ${what}`;
  const to = [
    ...types.map((type) => `any ${type}`),
    ...(principals === undefined || principals.length === 0 ? [] : [listText(principals, labels)]),
  ];
  return `open to grants of ${what}, but only to ${to.join(' or ')}`;
}

function afterTexts(after: string | undefined): readonly string[] {
  return after === undefined ? [] : [`then ${after}`];
}

function withText(policies: readonly string[] | undefined, labels: Labels): string {
  return `with ${policies === undefined ? 'every permission' : policiesText(policies, labels)}`;
}

function policiesText(policies: readonly string[], labels: Labels): string {
  return policies.map((id) => policyText(id, labels)).join(', ');
}

function policyText(id: string, labels: Labels): string {
  return `policy ${labels(id).name}`;
}

function listText(ids: readonly NodeId[], labels: Labels): string {
  return ids.map((id) => shortText(id, labels)).join(', ');
}
