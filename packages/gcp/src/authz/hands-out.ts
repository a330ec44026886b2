import { FALSE, type GivingLimit, UNKNOWN } from '@keyreach/core/authz';
import { asBool, CEL_UNKNOWN, celBool } from './cel/cel-value.ts';
import { parseCel } from './cel/parse-cel.ts';
import { walkCel } from './cel/walk-cel.ts';
import { type CelReadings, celReadings } from './cel-readings.ts';
import type { ConditionBody } from './condition-body.ts';
import { grantsChanged } from './grants-changed.ts';
import { MODIFIED_GRANTS } from './request-facts.ts';

/** A role that no list names. */
const OTHER_ROLE = 'roles/ any other role ';

/** More lists of roles than this in one expression are not combined. */
const MOST_CHOICES = 256;

/**
 * Roles whose grants a call may change, as far as an expression tells them apart: none, one that no list has, and for every
 * set of lists that some roles have in common such roles. Not complete where there are too many, or a list is computed.
 */
export function grantChoices({ roles }: Pick<CelReadings, 'roles'>): {
  readonly choices: readonly (readonly string[])[];
  readonly complete: boolean;
} {
  if (roles === undefined) return { choices: [[], [OTHER_ROLE]], complete: false };
  const sets = roles.map((list) => new Set(list));
  const patternOf = (chosen: readonly string[]): string =>
    sets.map((set) => (chosen.every((role) => set.has(role)) ? '1' : '0')).join('');
  const found = new Map<string, readonly string[]>([[patternOf([]), []]]);
  if (!found.has(patternOf([OTHER_ROLE]))) found.set(patternOf([OTHER_ROLE]), [OTHER_ROLE]);
  const singles = new Map<string, string>();
  for (const role of new Set(roles.flat())) if (!singles.has(patternOf([role]))) singles.set(patternOf([role]), role);
  for (const role of singles.values()) {
    for (const chosen of [...found.values()]) {
      const more = [...chosen, role];
      const pattern = patternOf(more);
      if (!found.has(pattern)) found.set(pattern, more);
      if (found.size > MOST_CHOICES) return { choices: [...found.values()], complete: false };
    }
  }
  return { choices: [...found.values()], complete: true };
}

/**
 * Roles that conditions let their holder give away, to everybody, with everything else they ask for taken to hold where it may; undefined
 * where they set no limit ({@link ConditionLanguage.handsOut}). Calls that change no grants, or tell nothing of those they
 * change, are not held to it: with a dataset of BigQuery its holder gives away anything (gcp.md 1.7).
 */
export function handsOut(bodies: readonly ConditionBody[]): GivingLimit | undefined {
  const policies = rolesOf({ kind: 'all', bodies });
  if (policies === undefined) return undefined;
  return {
    gives: policies.length === 0 ? [] : [{ policies, to: undefined }],
    holdsFor: (action) => grantsChanged({ action }) !== 'none',
  };
}

function rolesOf(body: ConditionBody): readonly string[] | undefined {
  switch (body.kind) {
    case 'under':
    case 'blockable':
    case 'not-understood':
      return undefined;
    case 'all': {
      let limit: readonly string[] | undefined;
      for (const one of body.bodies) {
        const own = rolesOf(one);
        if (own !== undefined) limit = limit === undefined ? own : limit.filter((role) => own.includes(role));
      }
      return limit;
    }
    case 'cel': {
      const { ast } = parseCel(body.cel);
      if (ast === undefined || body.for !== 'allow') return undefined;
      const { attributes, roles } = celReadings(ast);
      if (!attributes.has(MODIFIED_GRANTS) || roles === undefined) return undefined;
      const canGive = (role: string): boolean =>
        asBool(
          walkCel(ast, {
            timeGiven: false,
            attribute: () => CEL_UNKNOWN,
            apiAttribute: (name) => (name === MODIFIED_GRANTS ? { kind: 'grants' } : CEL_UNKNOWN),
            tag: () => ({ kind: 'bool', holds: UNKNOWN, fails: UNKNOWN }),
            grantsOnly: (allowed) => celBool(allowed.includes(role)),
          }),
        ).holds !== FALSE;
      if (canGive(OTHER_ROLE)) return undefined;
      return [...new Set(roles.flat())].filter(canGive).sort();
    }
  }
}
