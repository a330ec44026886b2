import type { RawRecord } from '@keyreach/core/input';
import { isRecord } from '@keyreach/core/input';
import { claimExpression } from './claim-expression.ts';
import {
  CLAIM_ERROR,
  type ClaimTruth,
  type ClaimValue,
  claimHolds,
  claimIs,
  leastSure,
  UNKNOWN_CLAIM,
} from './claim-value.ts';
import type { PoolMember } from './pool-member.ts';

/** What a provider makes of a token (gcp.md 2). */
export interface MappedToken {
  /** Whether its condition lets the token in; `conditional` never: that is the caller's to say. */
  readonly admitted: 'yes' | 'unknown' | 'no';
  readonly subject: ClaimValue;
  readonly groups: ClaimValue;
  readonly attributes: ReadonlyMap<string, ClaimValue>;
  /** False: the mapping was not told or cannot be read, so there may be attributes beside. */
  readonly complete: boolean;
}

/** Mapping and condition of a provider, read once. */
export interface TokenMapping {
  readonly map: (assertion: ClaimValue) => MappedToken;
  /** True where there is no condition: every token of the issuer is let in. */
  readonly unconditional: boolean;
}

/** Google allows 50 attributes. */
const MOST_ATTRIBUTES = 60;

/** The mapping that providers of AWS have where none is set (gcp.md 2). */
const AWS_MAPPING: RawRecord = {
  'google.subject': 'assertion.arn',
  'attribute.aws_role':
    "assertion.arn.contains('assumed-role') ? assertion.arn.extract('{account_arn}assumed-role/') + 'assumed-role/' + assertion.arn.extract('assumed-role/{role_name}/') : assertion.arn",
};

/** Reads mapping and condition of a provider. What cannot be read makes what it gives unknown. */
export function tokenMapping(provider: RawRecord): TokenMapping {
  const own = isRecord(provider['attributeMapping']) ? provider['attributeMapping'] : {};
  const told = Object.keys(own).length > 0;
  const mapping = !told && isRecord(provider['aws']) ? AWS_MAPPING : own;
  const entries = Object.entries(mapping).slice(0, MOST_ATTRIBUTES);
  const rows = entries.map(
    ([key, text]) => [key, typeof text === 'string' ? claimExpression(text) : undefined] as const,
  );
  const raw = provider['attributeCondition'];
  const unconditional = raw === undefined || raw === '';
  const condition = typeof raw === 'string' && !unconditional ? claimExpression(raw) : undefined;
  const complete = rows.length === Object.keys(mapping).length && rows.length > 0;
  return {
    unconditional,
    map: (assertion) => {
      const variables = new Map([['assertion', assertion]]);
      const values = new Map(rows.map(([key, row]) => [key, row?.evaluate(variables) ?? UNKNOWN_CLAIM]));
      const missing = complete ? CLAIM_ERROR : UNKNOWN_CLAIM;
      const subject = values.get('google.subject') ?? missing;
      const groups = values.get('google.groups') ?? missing;
      const attributes = new Map(
        [...values]
          .filter(([key]) => key.startsWith('attribute.'))
          .map(([key, value]) => [key.slice('attribute.'.length), value] as const),
      );
      const known = (all: ReadonlyMap<string, ClaimValue>): ClaimValue => ({
        is: 'map',
        entries: all,
        open: !complete,
      });
      const google = new Map(
        [...values].filter(([key]) => key.startsWith('google.')).map(([key, value]) => [key.slice(7), value]),
      );
      const verdict: ClaimValue = unconditional
        ? { is: 'boolean', value: true }
        : (condition?.evaluate(new Map([...variables, ['google', known(google)], ['attribute', known(attributes)]])) ??
          UNKNOWN_CLAIM);
      const admitted =
        subject.is === 'error' && complete
          ? 'no'
          : verdict.is === 'unknown'
            ? 'unknown'
            : verdict.is === 'boolean' && verdict.value
              ? 'yes'
              : 'no';
      return { admitted, subject, groups, attributes, complete };
    },
  };
}

/** Whether a token that was mapped is the member, or one of the set. */
export function tokenIs(token: MappedToken, member: PoolMember): ClaimTruth {
  if (token.admitted === 'no') return 'no';
  return leastSure([token.admitted, memberTruth(token, member)]);
}

function memberTruth(token: MappedToken, member: PoolMember): ClaimTruth {
  switch (member.is) {
    case 'everyone':
      return 'yes';
    case 'subject':
      return claimIs(token.subject, member.subject);
    case 'group':
      return claimHolds(token.groups, member.group);
    case 'attribute': {
      const value = token.attributes.get(member.attribute);
      if (value === undefined) return token.complete ? 'no' : 'unknown';
      return claimHolds(value, member.value);
    }
    case 'uid':
    case 'namespace':
    case 'cluster':
    case 'selection':
      return 'no';
    default:
      return member satisfies never;
  }
}
