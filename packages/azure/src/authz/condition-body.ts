import type { Json } from '@keyreach/core/graph';
import type { ActionMatching } from './abac/action-matching.ts';

/** A condition body as the graph has it (docs/graph-azure.md, Conditions), checked for shape. */
export type ConditionBody =
  | { readonly kind: 'abac'; readonly text: string; readonly matching: ActionMatching }
  | { readonly kind: 'eligible' }
  /** On this very scope, not below. */
  | { readonly kind: 'exactly'; readonly scope: string }
  | { readonly kind: 'vault'; readonly mode: 'rbac' | 'policies' }
  | { readonly kind: 'shared-key' }
  | { readonly kind: 'owner' }
  | { readonly kind: 'self' }
  /** Template id of a directory role, lower case. */
  | { readonly kind: 'resets'; readonly role: string }
  /** Absent unit: the whole directory. */
  | { readonly kind: 'directory'; readonly unit?: string }
  | { readonly kind: 'all'; readonly bodies: readonly ConditionBody[] }
  | { readonly kind: 'not-understood'; readonly why: string };

/** Deeper than any body that a normaliser makes. */
const DEEPEST = 4;

const UNIT = '/administrativeunits/';

/** Reads a body; what has another shape is not understood. */
export function conditionBody(body: Json, matching: ActionMatching = 'roles'): ConditionBody {
  return bodyAt(body, matching, 0);
}

function bodyAt(body: Json, matching: ActionMatching, depth: number): ConditionBody {
  if (typeof body !== 'object' || body === null || Array.isArray(body) || depth > DEEPEST) return OTHER;
  const given = body as { readonly [key: string]: Json };
  const { abac, eligible, exactly, vault, sharedKey, owner, self, resets, directory, unknown, all } = given;
  if (typeof unknown === 'string') return { kind: 'not-understood', why: unknown };
  if (typeof abac === 'string') return { kind: 'abac', text: abac, matching };
  if (typeof eligible === 'object' && eligible !== null) return { kind: 'eligible' };
  if (typeof exactly === 'string') return { kind: 'exactly', scope: exactly };
  if (vault === 'rbac' || vault === 'policies') return { kind: 'vault', mode: vault };
  if (sharedKey === true) return { kind: 'shared-key' };
  if (owner === true) return { kind: 'owner' };
  if (self === true) return { kind: 'self' };
  if (typeof resets === 'string') return { kind: 'resets', role: resets.toLowerCase() };
  if (typeof directory === 'string') return directoryBody(directory.toLowerCase());
  if (Array.isArray(all)) {
    return { kind: 'all', bodies: (all as readonly Json[]).map((one) => bodyAt(one, matching, depth + 1)) };
  }
  return OTHER;
}

function directoryBody(scope: string): ConditionBody {
  if (scope === '/' || scope === 'graph') return { kind: 'directory' };
  return scope.startsWith(UNIT) ? { kind: 'directory', unit: scope.slice(UNIT.length) } : OTHER;
}

const OTHER: ConditionBody = { kind: 'not-understood', why: 'the condition has a form that is not known' };
