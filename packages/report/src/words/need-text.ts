import type { ConditionFinding, DecisionNeed, NearMiss } from '@keyreach/core/authz';
import { type DecisionSubject, guardText, nameText, ruleText, targetPolicyText } from './decision-text.ts';
import { shortText } from './evidence-text.ts';
import { type Labels, labelText } from './labels.ts';

/** What a need asks for, as something to do. */
export function needText(
  need: DecisionNeed,
  { principal, action, resource, answer }: DecisionSubject,
  labels: Labels,
): string {
  switch (need.need) {
    case 'no-deny': {
      if (need.by.policyType === 'session') return `another way to sign in: ${guardText(need.by)} cannot do it`;
      const lines = need.conditions.filter(({ outcome }) => outcome === 'holds');
      const unless =
        lines.length === 0
          ? ''
          : `, or a request for which this does not hold: ${lines.map(conditionText).join(' and ')}`;
      return `${ruleText(need.by, labels)} taken away or narrowed${unless}`;
    }
    case 'identity-allow':
      return `an Allow for ${action} on ${resource} in a policy of ${labelText(labels(principal))} or of a group it is in`;
    case 'guard-allow':
      return need.by.policyType === 'session'
        ? `another way to sign in: ${guardText(need.by)} cannot do it`
        : `an Allow for ${action} in ${guardText(need.by)}, which caps it`;
    case 'session-allow':
      return `an Allow for ${need.action}, which requests signed in like this need as well`;
    case 'scope-allow':
      return `an Allow for ${action} in a ${need.of === 'principal' ? 'service' : 'resource'} control policy of ${shortText(need.scope, labels)}, which caps it`;
    case 'resource-allow': {
      if (need.orAbove === true)
        return `a role with ${action} for ${labelText(labels(principal))}, or a group it is in, on ${nameText(need.on, labels)} or above it`;
      const where = targetPolicyText(answer, labels) ?? `a policy on ${nameText(need.on, labels)}`;
      const zone = answer.zones.principal;
      const who =
        need.naming === true || zone === undefined
          ? labelText(labels(principal))
          : `${labelText(labels(principal))}, or for its account ${labels(zone).name}`;
      const enough = need.naming === true ? '; naming it there is enough in the same account' : '';
      return `an Allow for ${action} in ${where} for ${who}${enough}`;
    }
    case 'same-zone':
      return `a principal of the account that ${nameText(resource, labels)} lies in`;
    case 'impossible':
      return 'nothing: no policy can allow it';
  }
}

/** Why a statement does not apply: what it names instead, or which lines of its condition fail. */
export function nearMissText(miss: NearMiss, { resource, action, principal }: DecisionSubject, labels: Labels): string {
  const more = miss.nameCount - miss.names.length;
  const names = `${miss.names.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
  switch (miss.missed) {
    case 'condition':
      return `applies only if ${miss.conditions.map(conditionText).join(' and ')}`;
    case 'resource':
      return miss.except === true ? `leaves out ${names}, and ${resource} with it` : `is for ${names}, not ${resource}`;
    case 'action':
      return miss.except === true ? `leaves out ${names}, and ${action} with it` : `allows ${names}, not ${action}`;
    case 'principal': {
      const named = `${miss.names.map((name) => (name === '*' ? 'everyone' : nameText(name, labels))).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
      return `${miss.except === true ? 'leaves out' : 'names'} ${named}${miss.except === true ? '' : `, not ${shortText(principal, labels)}`}`;
    }
  }
}

/** A line of a condition with what the request has: `aws:ResourceTag/team is "blue", and here it is "red"`. */
export function conditionText({ asks, found, decidedBy, outcome }: ConditionFinding): string {
  if (outcome === 'conditional') return `${asks} (known only with the request)`;
  if (found === undefined) return `${asks} (the input does not tell)`;
  const whose: Readonly<Record<ConditionFinding['decidedBy'], string>> = {
    graph: 'it is',
    caller: 'the caller makes it',
    credential: 'signed in like this it is',
    request: 'in this request it is',
  };
  return `${asks} (${whose[decidedBy]} ${found})`;
}
