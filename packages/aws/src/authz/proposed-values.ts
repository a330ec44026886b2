import type { ConditionRequest, ProposedValue } from '@keyreach/core/authz';
import { FRESH_CHARACTER, FRESH_VALUE } from './fresh-value.ts';
import { ANY, type GlobToken, ONE } from './glob-token.ts';
import { type KeyReference, keyReference } from './key-reference.ts';
import type { PolicyTemplate } from './policy-template.ts';
import { resolvedText } from './resolved-text.ts';
import { isTagValue } from './tag-value.ts';
import { type VariableValues, variableValues } from './variable-values.ts';

/** Finds values worth trying for keys the caller chooses in one request. */
export type Proposer = (request: ConditionRequest) => readonly ProposedValue[];

/**
 * Proposers for one policy value with variables that a key is compared with (aws.md 1.11, Variables; 1.12 class C). Where
 * the key is chosen, the value with its variables filled in; where a variable is, what it must stand for to give the value
 * the key has: `"aws:ResourceTag/team": "${aws:PrincipalTag/team}"` proposes the tag of the resource for the caller's.
 */
export function proposersFor(tested: KeyReference, template: PolicyTemplate): readonly Proposer[] {
  const parts = template.map(referenceTo);
  if (!parts.some((part) => typeof part === 'object' && part !== undefined)) return [];
  const proposers: Proposer[] = [];
  const { chosen } = tested;
  if (chosen !== undefined) {
    proposers.push((request) => {
      const filled = filledIn(parts, request);
      if (filled === undefined) return [];
      const { value } = filled;
      if (value === undefined) return [{ key: chosen.key }];
      return tested.key.possible?.(value) === false ? [] : [{ key: chosen.key, value }];
    });
  }
  for (const [at, part] of parts.entries()) {
    if (typeof part !== 'object') continue;
    const { reference } = part;
    if (reference.chosen === undefined) continue;
    proposers.push((request) => {
      const reading = tested.read(request);
      if (reading.state !== 'values') return [];
      const before = tokensOf(parts.slice(0, at), request);
      const after = tokensOf(parts.slice(at + 1), request);
      return reading.values.flatMap((value) => proposedFor(reference, variableValues(before, after, value)));
    });
  }
  return proposers;
}

/** What was found for a variable, as proposals for its key. Tags cannot have every value, nor can some other keys. */
export function proposedFor(
  { chosen, key: { possible } }: KeyReference,
  { values, complete }: VariableValues,
): readonly ProposedValue[] {
  if (chosen === undefined) return [];
  const { key } = chosen;
  const tag = key.includes('tag/');
  const proposed: ProposedValue[] = values
    .filter((value) => (!tag || isTagValue(value)) && possible?.(value) !== false)
    .map((value) => ({ key, value }));
  return complete ? proposed : [...proposed, { key }];
}

interface Variable {
  readonly reference: KeyReference;
  readonly fallback: string | undefined;
}

/** A part of a template; undefined for a malformed variable. */
type Part = GlobToken | Variable | undefined;

function referenceTo(part: PolicyTemplate[number]): Part {
  if (typeof part !== 'object') return part;
  return 'key' in part ? { reference: keyReference(part.key), fallback: part.fallback } : undefined;
}

/** The template as tokens: `*` for what is not known. */
function tokensOf(parts: readonly Part[], request: ConditionRequest): readonly GlobToken[] {
  return parts.flatMap((part) => {
    if (part === undefined) return [ANY];
    if (typeof part !== 'object') return [part];
    return resolvedText(part.reference, part.fallback, request)?.tokens ?? [ANY];
  });
}

/**
 * The template as one text that matches it, without one where nobody knows what a variable stands for; undefined where a
 * variable stands for nothing.
 */
function filledIn(parts: readonly Part[], request: ConditionRequest): { readonly value?: string } | undefined {
  let value = '';
  let isKnown = true;
  for (const part of parts) {
    if (part === undefined) return undefined;
    if (part === ANY) value += FRESH_VALUE;
    else if (part === ONE) value += FRESH_CHARACTER;
    else if (typeof part === 'string') value += part;
    else {
      const resolved = resolvedText(part.reference, part.fallback, request);
      if (resolved === undefined) return undefined;
      if (resolved.tokens.every((token) => typeof token === 'string')) value += resolved.tokens.join('');
      else isKnown = false;
    }
  }
  return isKnown ? { value } : {};
}
