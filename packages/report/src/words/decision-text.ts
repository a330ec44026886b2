import type {
  AccessAnswer,
  Citation,
  ConditionFinding,
  DecisionNeed,
  Dependency,
  LayerFinding,
  Reason,
} from '@keyreach/core/authz';
import type { NodeId } from '@keyreach/core/graph';
import { citationText, shortText } from './evidence-text.ts';
import type { Labels } from './labels.ts';

/** A request with its answer. */
export interface DecisionSubject {
  readonly principal: NodeId;
  readonly action: string;
  readonly resource: string;
  readonly answer: AccessAnswer;
}

/** Conditions, names and alternatives past these are counted, not told. */
const MOST_ALTERNATIVES = 3;

/** A rule as a person looks for it, with the place it is attached to: `policy x, statement 2 "Sid" on OU prod`. */
export function ruleText(citation: Citation, labels: Labels): string {
  if (citation.policyType === 'session') return `the kind of session (${citation.policyName.replace(/[-:]/g, ' ')})`;
  if (citation.policyType === 'synthetic') {
    const own = citation.policyName === labels(citation.on).name;
    return own ? `what the ${citation.policyName} may do by itself` : citation.policyName;
  }
  const reason: Reason = { ...citation, layer: 'explicit-deny', effect: 'deny', certainty: 'allow', dependsOn: [] };
  const text = citationText(reason, labels);
  const unplaced = ['trust', 'inline', 'managed', 'aws-managed', 'boundary', 'added'].includes(citation.policyType);
  const told = unplaced || citation.placement?.principals !== undefined;
  const placed = citation.on !== '' && !told && citation.through === undefined && !text.startsWith('policy of ');
  return placed ? `${text} on ${shortText(citation.on, labels)}` : text;
}

/** The verdict in one sentence: what allows, what stops it, or what it waits for. */
export function conclusionText(subject: DecisionSubject, labels: Labels): string {
  const { answer } = subject;
  switch (answer.credential?.ifActive ?? answer.verdict) {
    case 'allow':
      return `allowed${allowedBy(answer, labels)}`;
    case 'deny':
      return `denied: ${stoppedBy(subject, labels).join('; ')}`;
    case 'conditional':
      return waitsText(answer);
    case 'unknown':
      return `the input cannot decide it: ${undecidedBy(answer, labels).join('; ')}`;
  }
}

function allowedBy(answer: AccessAnswer, labels: Labels): string {
  const grants = grantsOf(answer);
  const [first] = grants;
  if (first === undefined) return ': the service asks for no permission';
  const more = grants.length - 1;
  const others = more === 0 ? '' : ` and ${more} more ${more === 1 ? 'statement' : 'statements'}`;
  const chosen = answer.choices.length === 0 ? '' : `; the caller chooses ${keysOf(answer.choices)}`;
  return ` by ${ruleText(first, labels)}${others}${chosen}`;
}

function keysOf(conditions: readonly ConditionFinding[]): string {
  return [...new Set(conditions.map(({ key }) => key))].join(', ');
}

/** The statements that grant, proven ones first, those of the principal before those of the target. */
function grantsOf({ reasons }: AccessAnswer): readonly Reason[] {
  const of = (layer: Reason['layer']) => reasons.filter((one) => one.layer === layer && one.effect === 'allow');
  const all = [...of('identity-grant'), ...of('resource-grant')];
  return [
    ...all.filter(({ certainty }) => certainty === 'allow'),
    ...all.filter(({ certainty }) => certainty !== 'allow'),
  ];
}

function stoppedBy(subject: DecisionSubject, labels: Labels): readonly string[] {
  const { answer } = subject;
  const denies = answer.needs.flatMap((need) => (need.need === 'no-deny' ? [need] : []));
  if (denies.length > 0) {
    const [first] = denies;
    const more = denies.length - 1;
    if (first!.by.policyType === 'session') return [`${guardText(first!.by)} cannot do it, whoever allows it`];
    return [
      `${ruleText(first!.by, labels)} denies it${more === 0 ? '' : `, and so do ${more} more`}, whatever else allows it`,
    ];
  }
  const lines = answer.needs.map((need) => lackText(need, subject, labels));
  return lines.length > 0 ? lines : answer.blockedBy.map((layer) => layerWords[layer]);
}

const layerWords: Readonly<Record<LayerFinding['layer'], string>> = {
  'explicit-deny': 'an explicit deny',
  'service-rule': 'a rule of the service',
  'identity-grant': 'the policies of the principal',
  'identity-guard': 'the permissions boundary',
  'principal-scope-guard': 'the service control policies',
  'resource-grant': 'the policy of the target',
  'resource-scope-guard': 'the resource control policies',
};

/** What is missing, for a need: who does not allow it. */
function lackText(need: DecisionNeed, subject: DecisionSubject, labels: Labels): string {
  const { principal, resource, answer } = subject;
  switch (need.need) {
    case 'no-deny':
      return `${ruleText(need.by, labels)} denies it`;
    case 'identity-allow':
      return `no policy of the ${kindText(principal, labels)} allows it${sideText(answer, 'principal', labels)}`;
    case 'guard-allow':
      return `${guardText(need.by)} does not allow it`;
    case 'session-allow':
      return `requests signed in like this need ${need.action} as well, which is not allowed`;
    case 'scope-allow':
      return `the ${need.of === 'principal' ? 'service' : 'resource'} control policies of ${shortText(need.scope, labels)} do not allow it`;
    case 'resource-allow':
      return targetRefusesText(subject, labels);
    case 'same-zone':
      return `${nameText(resource, labels)} lies in another account, and nothing of its kind can let principals of other accounts in`;
    case 'impossible':
      return 'the service refuses it whatever policies say';
  }
}

/** A guard on the principal, by its kind. */
export function guardText(by: Citation): string {
  switch (by.policyType) {
    case 'session':
      return `the kind of session (${by.policyName.replace(/[-:]/g, ' ')})`;
    case 'boundary':
    case 'managed':
    case 'aws-managed':
      return `the permissions boundary (${by.policyName})`;
    case 'principal-access-boundary':
      return `the principal access boundary ${by.policyName}`;
    default:
      return `the ${by.policyType.replace(/-policy$/, '')} policy ${by.policyName}`;
  }
}

/** Which of two accounts must agree; empty within one. */
export function sideText({ zones }: AccessAnswer, side: 'principal' | 'resource', labels: Labels): string {
  const zone = zones[side];
  if (!zones.cross || zone === undefined) return '';
  return ` (account ${labels(zone).name}, the side of the ${side === 'principal' ? 'principal' : 'target'})`;
}

/** The policy of the target by its kind: the trust policy of a role, the policy of a bucket. Undefined where it has none. */
export function targetPolicyText({ layers }: AccessAnswer, labels: Labels): string | undefined {
  const [first] = layers.find(({ layer }) => layer === 'resource-grant')?.policies ?? [];
  // A text that is given to many, in many places, is no policy of the target.
  if (first === undefined || first.placement?.principals !== undefined) return undefined;
  return `the ${first.policyType === 'trust' ? 'trust policy' : 'policy'} of ${shortText(first.on, labels)}`;
}

/** That the target does not let the principal in. */
export function targetRefusesText({ principal, resource, answer }: DecisionSubject, labels: Labels): string {
  const above = answer.needs.find((need) => need.need === 'resource-allow' && need.orAbove === true);
  if (above !== undefined)
    return `nothing granted on ${nameText(answer.resourceNode ?? resource, labels)} or above it lets the ${kindText(principal, labels)} in`;
  const policy = targetPolicyText(answer, labels);
  const who = kindText(principal, labels);
  const said =
    policy === undefined
      ? `no policy on ${nameText(answer.resourceNode ?? resource, labels)} lets the ${who} in`
      : `${policy} does not let the ${who} in`;
  return `${said}${sideText(answer, 'resource', labels)}`;
}

/** A node by its short name, anything else by its whole id. */
export function nameText(id: NodeId, labels: Labels): string {
  return labels(id).type === '' ? id : shortText(id, labels);
}

/** What an undecided statement waits for, in words; undefined where nothing is known of it. */
export function dependencyText({ conditions, onlySomeSessions, note }: Dependency): string | undefined {
  const parts = [
    ...conditions.map(({ asks }) => asks),
    ...(onlySomeSessions === true ? ['the session is the one the policy names'] : []),
  ];
  return parts.length === 0 ? note : parts.join(' and ');
}

function waitsText(answer: AccessAnswer): string {
  const must = allowGroups(answer).map((texts) => alternatives(texts));
  const mustNot = distinct(answer.dependsOn.filter(({ effect }) => effect === 'deny'));
  const allow = must.length === 0 ? '' : ` only if ${must.join('; and if ')}`;
  const deny = mustNot.length === 0 ? '' : `${allow === '' ? ' unless' : '; denied if'} ${alternatives(mustNot)}`;
  return allow === '' && deny === '' ? 'allowed only if the request meets the conditions' : `allowed${allow}${deny}`;
}

/** Conditions of allows: any of one group will do, and every group is needed. */
function allowGroups({ dependsOn, layers }: AccessAnswer): readonly (readonly string[])[] {
  // Within an account the policy of the target grants instead of those of the principal, unless it must consent itself.
  const instead = layers.some(({ layer, outcome }) => layer === 'resource-grant' && outcome === 'allow');
  const groups = new Map<string, Dependency[]>();
  for (const one of dependsOn) {
    if (one.effect !== 'allow') continue;
    const layer = instead && one.layer === 'resource-grant' ? 'identity-grant' : one.layer;
    const key = layer.endsWith('-guard') ? `${layer} ${one.on} ${layer === 'identity-guard' ? one.policy : ''}` : layer;
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups.values()].map(distinct).filter((texts) => texts.length > 0);
}

function distinct(dependencies: readonly Dependency[]): readonly string[] {
  return [...new Set(dependencies.flatMap((one) => dependencyText(one) ?? []))];
}

function alternatives(texts: readonly string[]): string {
  const shown = texts.slice(0, MOST_ALTERNATIVES).join(', or ');
  const more = texts.length - MOST_ALTERNATIVES;
  return more > 0 ? `${shown}, or ${more} more` : shown;
}

function undecidedBy(answer: AccessAnswer, labels: Labels): readonly string[] {
  const unread = answer.reasons.filter(({ effect }) => effect === 'unreadable');
  const lines = unread.map((one) => `${citationText(one, labels)} could not be read`);
  for (const one of answer.dependsOn) {
    const text = dependencyText(one);
    // A note tells what is missing; the others are questions.
    if (text !== undefined) lines.push(text === one.note ? text : `whether ${text}`);
  }
  if (lines.length === 0) {
    const target = answer.resourceUnlisted && answer.blockedBy.includes('resource-grant');
    lines.push(target ? 'the target is not in it, and the target must agree' : 'a policy or a fact is missing');
  }
  return [...new Set(lines)].slice(0, MOST_ALTERNATIVES);
}

/** `user`, `role`, or what else the principal is. */
export function kindText(id: NodeId, labels: Labels): string {
  return labels(id).type || 'principal';
}
