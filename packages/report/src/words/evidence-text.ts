import { type Citation, isOutsider, type Reason } from '@keyreach/core/authz';
import type { NodeId } from '@keyreach/core/graph';
import type { Hop, HopEvidence } from '@keyreach/core/reach';
import { type Labels, labelText } from './labels.ts';

type Permission = Extract<HopEvidence, { readonly kind: 'permission' }>;

/**
 * One statement as a person looks for it: `policy developer-workbench, statement 2 "PassFunctionRoles", through group
 * developers`. Statements are counted from 1, as people do.
 */
export function citationText(reason: Reason, labels: Labels): string {
  // What was added on the way has no place where a person could look for it.
  const given = reason.placement?.principals !== undefined;
  const placed = reason.statement !== undefined && reason.policyType !== 'added' && !given;
  const statement = placed ? `, statement ${reason.statement + 1}` : '';
  const sid = reason.sid === undefined ? '' : ` "${reason.sid}"`;
  const through = reason.through === undefined ? '' : `, through ${shortText(reason.through, labels)}`;
  const depends = reason.dependsOn.length === 0 ? '' : `, depends on ${reason.dependsOn.join(', ')}`;
  const note = reason.note === undefined ? '' : ` (${reason.note})`;
  return `${policyText(reason, labels)}${statement}${sid}${placementText(reason, labels)}${through}${depends}${note}`;
}

/** To whom a policy is given, where, and under which condition: ` given to group devs on project prod, under "office hours"`. */
function placementText({ placement, on }: Citation, labels: Labels): string {
  if (placement === undefined) return '';
  const { principals, principalCount = 0, name, condition } = placement;
  const names = (principals ?? []).map((one) => (one === '*' ? 'everyone' : nodeText(one, labels))).join(', ');
  const more = principalCount - (principals?.length ?? 0);
  const others = more > 0 ? ` and ${more} more` : '';
  const to = principals === undefined ? '' : ` given to ${names}${others} on ${shortText(on, labels)}`;
  const named = name === undefined ? '' : ` "${name}"`;
  return `${to}${condition === undefined ? named : named === '' ? ', under a condition' : `, under condition${named}`}`;
}

/** A node by its short name, anything else as it is. */
function nodeText(id: string, labels: Labels): string {
  return labels(id).type === '' ? id : shortText(id, labels);
}

/** Kinds of policies whose names do not say that they are policies, or not whose. */
const policyKinds: Readonly<Record<string, string>> = {
  managed: 'policy',
  'aws-managed': 'AWS managed policy',
  scp: 'service control policy',
  rcp: 'resource control policy',
  boundary: 'permissions boundary',
  predefined: 'role',
  basic: 'basic role',
  custom: 'custom role',
  'principal-access-boundary': 'principal access boundary',
};

function policyText({ policyType, policyName, on }: Reason, labels: Labels): string {
  switch (policyType) {
    case 'added':
    case 'synthetic':
      return policyName;
    case 'trust':
      return `trust policy of ${shortText(on, labels)}`;
    case 'resource':
      // Most resources have one policy, which has no name of its own.
      return policyName === 'resource policy' ? `policy of ${shortText(on, labels)}` : `resource policy ${policyName}`;
    default:
      return `${policyKinds[policyType] ?? `${policyType} policy`} ${policyName}`;
  }
}

/**
 * The statements that give a permission, most telling first: grants of the identity, then of the target. Policies that
 * only stand for what lies outside the input are left out where a real one speaks.
 */
export function grantingReasons({ reasons }: Permission): readonly Reason[] {
  const of = (layer: Reason['layer']) => reasons.filter((one) => one.layer === layer && one.effect !== 'deny');
  const all = [...of('identity-grant'), ...of('resource-grant')];
  const real = all.filter(({ policyType }) => policyType !== 'synthetic' && policyType !== 'added');
  return real.length > 0 ? real : all;
}

/** What a hop rests on, one line for each permission, fact or relation. */
export function evidenceLines(hop: Hop, labels: Labels): readonly string[] {
  const lines = hop.evidence.map((one) => evidenceLine(one, labels));
  return [...new Set(lines)];
}

/** The first statement behind a hop, for a line that has room for one: `policy ci-release, statement 3 "UpdateFunctions"`. */
export function firstCitation(hop: Hop, labels: Labels): string | undefined {
  for (const one of hop.evidence) {
    if (one.kind !== 'permission') continue;
    const [reason] = grantingReasons(one);
    if (reason !== undefined) return citationText(reason, labels);
  }
  return undefined;
}

function evidenceLine(evidence: HopEvidence, labels: Labels): string {
  switch (evidence.kind) {
    case 'permission': {
      const cited = grantingReasons(evidence).map((reason) => citationText(reason, labels));
      const who = cited.length === 0 ? '' : `: ${cited.join('; ')}`;
      // A service acts as itself on the way, and somebody from outside whom the caller lets in.
      const isOther = evidence.principal.startsWith('service:') || isOutsider(evidence.principal);
      const by = isOther ? `${labels(evidence.principal).name} may ` : '';
      return `${by}${evidence.action} on ${evidence.resource}${contextText(evidence)}${unsure(evidence.certainty)}${who}`;
    }
    case 'fact':
      return `${evidence.fact.replace(/[-:]/g, ' ')}: ${shortText(evidence.of, labels)}${unsure(evidence.certainty)}`;
    case 'structure':
      return `${shortText(evidence.from, labels)} ${relationText(evidence.relation)} ${shortText(evidence.to, labels)}`;
  }
}

/** What the request says beside action and resource: ` (iam:PassedToService: lambda.amazonaws.com)`. */
function contextText({ context = {} }: Permission): string {
  const told = Object.entries(context).flatMap(([key, values]) =>
    values === null ? [] : `${key}: ${values.join(', ')}`,
  );
  return told.length === 0 ? '' : ` (${told.join('; ')})`;
}

/** A relation of the graph as a verb. */
export function relationText(relation: string): string {
  return relationWords[relation] ?? relation.replaceAll('-', ' ');
}

const relationWords: Readonly<Record<string, string>> = {
  authenticates: 'authenticates as',
  access: 'has access to',
  federates: 'may sign in as',
  'member-of': 'is a member of',
  provisions: 'is the template of',
  stores: 'names',
};

function unsure(certainty: HopEvidence['certainty']): string {
  return certainty === 'allow' ? '' : certainty === 'conditional' ? ' [conditional]' : ' [not known]';
}

/** A label without the place, for text that names the place already. */
export function shortText(id: NodeId, labels: Labels): string {
  const { place: _, ...label } = labels(id);
  return labelText(label);
}
