import type { AccessAnswer, Citation, LayerFinding, Reason, Verdict } from '@keyreach/core/authz';
import {
  type DecisionSubject,
  guardText,
  kindText,
  ruleText,
  targetPolicyText,
  targetRefusesText,
} from './decision-text.ts';
import { citationText, shortText } from './evidence-text.ts';
import type { Labels } from './labels.ts';

/** One line about a part of a decision. `bears`: how it bears on the verdict; `nothing` for what is not needed. */
export interface LayerLine {
  readonly text: string;
  readonly bears: Verdict | 'nothing';
}

type ScopeGuard = 'principal-scope-guard' | 'resource-scope-guard';

const GUARD_WORDS: Readonly<Record<ScopeGuard, string>> = {
  'principal-scope-guard': 'service control policies',
  'resource-scope-guard': 'resource control policies',
};

/** How each part of a decision came out, in the order of the decision; scopes whose guards let it pass share a line. */
export function layerLines(subject: DecisionSubject, labels: Labels): readonly LayerLine[] {
  const { answer } = subject;
  const lines: LayerLine[] = [];
  if (answer.zones.cross && answer.zones.principal !== undefined && answer.zones.resource !== undefined) {
    const text = 'principal and target are in different accounts, so both sides must allow it';
    lines.push({ text, bears: 'nothing' });
  }
  const passed = new Set<ScopeGuard>();
  for (const finding of answer.layers) {
    const { layer } = finding;
    if (!isScopeGuard(layer)) lines.push(...layerLine(finding, subject, labels));
    else if (finding.exempt !== undefined)
      lines.push({ text: exemptText(layer, finding, subject, labels), bears: 'nothing' });
    else if (finding.outcome !== 'allow')
      lines.push({ text: scopeGuardText(layer, finding, answer, labels), bears: finding.outcome });
    else if (!passed.has(layer)) {
      passed.add(layer);
      lines.push({ text: passedText(layer, answer, labels), bears: 'allow' });
    }
  }
  return lines;
}

function isScopeGuard(layer: LayerFinding['layer']): layer is ScopeGuard {
  return layer === 'principal-scope-guard' || layer === 'resource-scope-guard';
}

function layerLine(finding: LayerFinding, subject: DecisionSubject, labels: Labels): readonly LayerLine[] {
  const { answer } = subject;
  const { layer, outcome, policies } = finding;
  switch (layer) {
    case 'explicit-deny':
      return explicitDenyTexts(finding, answer, labels).map((text) => ({ text, bears: outcome }));
    case 'service-rule':
      return [{ text: 'the service refuses it whatever policies say', bears: 'deny' }];
    case 'identity-grant':
      return identityGrantLines(finding, subject, labels);
    case 'resource-grant':
      return resourceGrantLines(finding, subject, labels);
    case 'identity-guard': {
      if (finding.needs !== undefined) {
        const text = `requests signed in like this need ${finding.needs} as well, which ${neededWords[outcome]}`;
        return [{ text, bears: outcome }];
      }
      const more =
        finding.union === true && finding.policyCount > 1 ? ` and ${finding.policyCount - 1} more together` : '';
      const name = policies[0] === undefined ? 'the permissions boundary' : `${guardText(policies[0])}${more}`;
      const by =
        outcome === 'deny' || policies[0]?.policyType === 'session'
          ? ''
          : byText(passing(answer, layer, policies), labels);
      return [{ text: `${name} ${outcomeText(outcome)}${by}`, bears: outcome }];
    }
    case 'principal-scope-guard':
    case 'resource-scope-guard':
      return [];
  }
}

function exemptText(
  layer: ScopeGuard,
  { exempt, scope }: LayerFinding,
  { principal }: DecisionSubject,
  labels: Labels,
): string {
  const kind = GUARD_WORDS[layer];
  if (exempt === 'provider-managed')
    return `${kind} do not apply: ${shortText(principal, labels)} is managed by the provider`;
  return `${kind} do not apply: ${scope === undefined ? 'its account' : shortText(scope, labels)} stands outside them`;
}

function scopeGuardText(layer: ScopeGuard, finding: LayerFinding, answer: AccessAnswer, labels: Labels): string {
  const { scope, outcome, policies } = finding;
  const at = scope === undefined ? '' : ` of ${shortText(scope, labels)}`;
  const names = policies.map(({ policyName }) => policyName).join(', ');
  const how = {
    allow: 'let it pass',
    deny: 'do not allow it',
    conditional: 'depend on the request',
    unknown: 'are not fully known',
  };
  const reasons =
    outcome === 'deny'
      ? []
      : answer.reasons.filter((one) => one.layer === layer && one.on === scope && one.effect !== 'deny');
  return `the ${GUARD_WORDS[layer]}${at} (${names}) ${how[outcome]}${byText(reasons, labels)}`;
}

function passedText(layer: ScopeGuard, answer: AccessAnswer, labels: Labels): string {
  const places = answer.layers.filter(
    (one) => one.layer === layer && one.outcome === 'allow' && one.exempt === undefined,
  );
  const told = places.map(({ scope, policies }) => {
    const by = answer.reasons.find((one) => one.layer === layer && one.on === scope && one.effect === 'allow');
    const name = by?.policyName ?? policies[0]?.policyName;
    return `${scope === undefined ? 'its scope' : shortText(scope, labels)}${name === undefined ? '' : ` (${name})`}`;
  });
  return `the ${GUARD_WORDS[layer]} let it pass: ${told.join(', ')}`;
}

function explicitDenyTexts({ outcome }: LayerFinding, answer: AccessAnswer, labels: Labels): readonly string[] {
  const of = (certainty: Reason['certainty'], verb: string): readonly string[] =>
    answer.reasons
      .filter((one) => one.effect === 'deny' && one.certainty === certainty)
      .map((one) => `${ruleText(one, labels)} ${one.policyType === 'session' ? 'cannot do it' : verb}`);
  switch (outcome) {
    case 'allow':
      return ['no Deny applies to it'];
    case 'deny':
      return of('allow', 'denies it');
    case 'conditional':
      return of('conditional', 'denies some requests');
    case 'unknown':
      return [
        ...of('unknown', 'may deny it'),
        ...of('conditional', 'denies some requests'),
        ...answer.reasons
          .filter(({ effect, layer }) => effect === 'unreadable' && layer === 'explicit-deny')
          .map((one) => `${citationText(one, labels)} may deny it`),
      ];
  }
}

function identityGrantLines(finding: LayerFinding, subject: DecisionSubject, labels: Labels): readonly LayerLine[] {
  const { answer, principal } = subject;
  const { layer, outcome, policies, policyCount } = finding;
  const reasons = passing(answer, layer, policies);
  if (reasons.length > 0) return ruleLines(reasons, 'allows', labels);
  const who = kindText(principal, labels);
  switch (outcome) {
    case 'allow':
      return [{ text: 'the service asks for no Allow', bears: 'allow' }];
    case 'conditional':
    case 'unknown': {
      const unread = answer.reasons.filter((one) => one.layer === layer && one.effect === 'unreadable');
      return unread.map((one) => ({ text: `${citationText(one, labels)} may allow it`, bears: 'unknown' }));
    }
    case 'deny': {
      const names = policies.map(({ policyName }) => policyName).join(', ');
      const more = policyCount > policies.length ? ` and ${policyCount - policies.length} more` : '';
      const held = policyCount === 0 ? 'it has none' : `${names}${more}`;
      const needed = answer.needs.some(({ need }) => need === 'identity-allow');
      const instead = needed || granted(answer, 'resource-grant').length === 0;
      return instead
        ? [{ text: `no policy of the ${who} allows it (${held})`, bears: needed ? 'deny' : 'nothing' }]
        : [
            {
              text: `no policy of the ${who} allows it (${held}), and none need, as the target lets it in by itself`,
              bears: 'nothing',
            },
          ];
    }
  }
}

function resourceGrantLines(finding: LayerFinding, subject: DecisionSubject, labels: Labels): readonly LayerLine[] {
  const { answer, principal, resource } = subject;
  const { layer, outcome, policies } = finding;
  const reasons = passing(answer, layer, policies);
  if (reasons.length > 0) return ruleLines(reasons, 'lets', labels);
  const policy = targetPolicyText(answer, labels);
  switch (outcome) {
    case 'allow':
      return policy === undefined
        ? []
        : [{ text: `${policy} does not name it, and need not within one account`, bears: 'nothing' }];
    case 'deny':
      return [{ text: targetRefusesText(subject, labels), bears: 'deny' }];
    case 'conditional':
    case 'unknown': {
      const what = policy ?? `a policy on ${resource}`;
      return [{ text: `it is not known whether ${what} lets the ${kindText(principal, labels)} in`, bears: 'unknown' }];
    }
  }
}

function granted(answer: AccessAnswer, layer: LayerFinding['layer']): readonly Reason[] {
  return answer.reasons.filter((one) => one.layer === layer && one.effect === 'allow');
}

function passing(answer: AccessAnswer, layer: LayerFinding['layer'], policies: readonly Citation[]): readonly Reason[] {
  const asked = new Set(policies.map(({ policy }) => policy));
  return granted(answer, layer).filter(({ policy }) => asked.size === 0 || asked.has(policy) || policy === 'added');
}

/** One line for each statement, at most twelve. */
function ruleLines(reasons: readonly Reason[], verb: 'allows' | 'lets', labels: Labels): readonly LayerLine[] {
  const lines = reasons.slice(0, MOST_RULES).map((one): LayerLine => {
    const met = one.certainty === 'allow' && one.conditioned === true ? ', and its condition is met' : '';
    return { text: `${ruleText(one, labels)} ${grantWords[verb][one.certainty]}${met}`, bears: one.certainty };
  });
  const more = reasons.length - MOST_RULES;
  return more > 0 ? [...lines, { text: `and ${more} more statements`, bears: 'allow' }] : lines;
}

const MOST_RULES = 12;

const grantWords: Readonly<Record<'allows' | 'lets', Readonly<Record<Reason['certainty'], string>>>> = {
  allows: { allow: 'allows it', conditional: 'allows some requests', unknown: 'may allow it' },
  lets: { allow: 'lets it in', conditional: 'lets some requests in', unknown: 'may let it in' },
};

function byText(reasons: readonly Reason[], labels: Labels): string {
  const [first] = reasons;
  if (first === undefined) return '';
  const more = reasons.length - 1;
  return ` (${citationText({ ...first, dependsOn: [] }, labels)}${more > 0 ? ` and ${more} more` : ''})`;
}

const neededWords: Readonly<Record<LayerFinding['outcome'], string>> = {
  allow: 'is allowed',
  deny: 'is not allowed',
  conditional: 'is allowed for some requests',
  unknown: 'may be allowed',
};

function outcomeText(outcome: LayerFinding['outcome']): string {
  switch (outcome) {
    case 'allow':
      return 'lets it pass';
    case 'deny':
      return 'does not allow it';
    case 'conditional':
      return 'depends on the request';
    case 'unknown':
      return 'is not fully known';
  }
}
