import type { Json } from '@keyreach/core/graph';
import type { ConditionFor } from './request-facts.ts';

/** A condition body as the graph has it (docs/graph-gcp.md, Conditions), checked for shape. */
export type ConditionBody =
  | { readonly kind: 'cel'; readonly cel: string; readonly for: ConditionFor }
  | { readonly kind: 'under'; readonly nodes: readonly string[] }
  /** Whether a boundary of a version can block the action. */
  | { readonly kind: 'blockable'; readonly version: string }
  | { readonly kind: 'all'; readonly bodies: readonly ConditionBody[] }
  | { readonly kind: 'not-understood'; readonly why: string };

/** Deeper than any body that a normaliser makes. */
const DEEPEST = 4;

/** Reads a body; what has another shape is not understood. */
export function conditionBody(body: Json, depth: number = 0): ConditionBody {
  if (typeof body !== 'object' || body === null || Array.isArray(body) || depth > DEEPEST) return OTHER;
  const { cel, under, all, blockableBy, unknown, for: kind } = body as { readonly [key: string]: Json };
  if (typeof cel === 'string') {
    if (kind === undefined || kind === 'allow') return { kind: 'cel', cel, for: 'allow' };
    return kind === 'deny' || kind === 'boundary' ? { kind: 'cel', cel, for: kind } : OTHER;
  }
  if (typeof unknown === 'string') return { kind: 'not-understood', why: unknown };
  if (typeof blockableBy === 'string') return { kind: 'blockable', version: blockableBy };
  if (Array.isArray(under)) {
    const nodes = (under as readonly Json[]).filter((one) => typeof one === 'string');
    return nodes.length === under.length ? { kind: 'under', nodes } : OTHER;
  }
  if (Array.isArray(all))
    return { kind: 'all', bodies: (all as readonly Json[]).map((one) => conditionBody(one, depth + 1)) };
  return OTHER;
}

const OTHER: ConditionBody = { kind: 'not-understood', why: 'the condition has a form that is not known' };
