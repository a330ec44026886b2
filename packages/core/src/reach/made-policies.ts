import { hasAction } from '../authz/action-catalogue.ts';
import { intersectGlobs } from '../authz/glob-intersection.ts';
import { FALSE, type Truth } from '../authz/truth.ts';
import { type ChoiceQuestion, chooseWithin } from './caller-choice.ts';
import { askedOfId } from './named-policies.ts';
import { inZone } from './requirement-text.ts';
import type { NamedPolicy } from './technique.ts';

/** A policy that a caller makes: its id, and how surely it may make it. */
export interface MadePolicy {
  readonly id: string;
  readonly truth: Truth;
}

const NONE: readonly MadePolicy[] = [];

/** More texts that rules ask of an id are not tried. */
const MOST_NAMES = 64;

/**
 * Policies of the caller's making that a request may name for a key, each of which may allow everything: names by which the
 * action makes one, and how surely. Tried are the most general names that the rules of the caller tell apart.
 */
export function madePolicies(question: ChoiceQuestion, { key, made }: NamedPolicy): readonly MadePolicy[] {
  const { model, provider, class: of } = question;
  if (made === undefined || of.zone === undefined) return NONE;
  const action = provider.catalogue.ref(made.by);
  if (!of.grantUnknown && !of.allow.some((statement) => hasAction(statement.actions, action))) return NONE;
  const form = inZone(made.as, of.zone);
  const names = new Map<string, Truth>();
  for (const glob of ['*', ...askedOfId(of, key)].slice(0, MOST_NAMES)) {
    for (const one of intersectGlobs(form, glob).globs) {
      const { truth, resource } = chooseWithin(question, one, action);
      if (truth !== FALSE && model.graph.node(resource) === undefined) names.set(resource, truth);
    }
  }
  return [...names].map(([id, truth]) => ({ id, truth }));
}
