import { hasAction } from '../authz/action-catalogue.ts';
import { intersectGlobs } from '../authz/glob-intersection.ts';
import type { Truth } from '../authz/truth.ts';
import { type ChoiceQuestion, namesWithin } from './caller-choice.ts';
import { askedOfId } from './named-policies.ts';
import { inZone } from './requirement-text.ts';
import type { NamedPolicy } from './technique.ts';

/** A policy that a caller makes: its id, and how surely it may make it. */
export interface MadePolicy {
  readonly id: string;
  readonly truth: Truth;
}

/** Policies of a caller’s making. */
export interface MadePolicies {
  readonly policies: readonly MadePolicy[];
  /** There may be others: not every name that rules tell apart was tried. */
  readonly isPartial: boolean;
}

/** Of callers that make no policies. */
export const NO_POLICIES: MadePolicies = { policies: [], isPartial: false };

/** More texts that rules ask of an id are not tried. */
const MOST_NAMES = 64;

/** More names than this that share one text are not. */
const MOST_ALIKE = 8;

/**
 * Policies of the caller's making that a request may name for a key, each of which may allow everything: names by which the
 * action makes one, and how surely. Tried are the most general names that the rules of the caller tell apart.
 */
export function madePolicies(question: ChoiceQuestion, { key, made }: NamedPolicy): MadePolicies {
  const { model, provider, class: of, now } = question;
  if (made === undefined || of.zone === undefined) return NO_POLICIES;
  const action = provider.catalogue.ref(made.by);
  if (!of.grantUnknown && !of.allow.some((statement) => hasAction(statement.actions, action))) return NO_POLICIES;
  const form = inZone(made.as, of.zone);
  const names = new Map<string, Truth>();
  const { globs, complete } = askedOfId(of, key, now);
  const asked = globs.slice(0, MOST_NAMES);
  let isPartial = !complete || asked.length < globs.length;
  const shared = (left: string, right: string): readonly string[] => {
    const both = intersectGlobs(left, right);
    if (!both.complete) isPartial = true;
    return both.globs;
  };
  // One rule may allow some names and another one refuse all but others: what two of them share is worth trying too.
  const tried = new Set(['*', ...asked]);
  for (const [at, one] of asked.entries()) {
    for (const other of asked.slice(at + 1)) {
      for (const both of shared(one, other)) {
        if (tried.size < MOST_NAMES) tried.add(both);
        else if (!tried.has(both)) isPartial = true;
      }
    }
  }
  for (const glob of tried) {
    for (const within of shared(form, glob)) {
      for (const { truth, resource } of namesWithin(question, within, action, MOST_ALIKE)) {
        if (model.graph.node(resource) !== undefined) continue;
        if (names.size < MOST_NAMES) names.set(resource, truth);
        else if (!names.has(resource)) isPartial = true;
      }
    }
  }
  // Of a caller that may make none at all, nothing more can come.
  return { policies: [...names].map(([id, truth]) => ({ id, truth })), isPartial: isPartial && names.size > 0 };
}
