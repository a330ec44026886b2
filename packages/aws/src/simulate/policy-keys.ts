import type { Json, Statement } from '@keyreach/core/graph';
import { policyVariables } from '../authz/policy-variables.ts';

/** Condition keys that a statement reads, in its conditions and in variables, as written. */
export function keysOfStatement({ condition, resources }: Statement): readonly string[] {
  const keys = new Set<string>();
  const variables = (text: string): void => {
    if (!text.includes('${')) return;
    for (const part of policyVariables(text, false)) if (typeof part === 'object' && 'key' in part) keys.add(part.key);
  };
  for (const pattern of [...(resources?.include ?? []), ...(resources?.exclude ?? [])]) variables(pattern);
  const body = asObject(condition?.body);
  for (const lines of Object.values(asObject(body['block']))) {
    for (const [key, values] of Object.entries(asObject(lines))) {
      keys.add(key);
      if (body['version'] !== '2012-10-17') continue;
      for (const value of Array.isArray(values) ? (values as readonly Json[]) : [values]) {
        if (typeof value === 'string') variables(value);
      }
    }
  }
  return [...keys];
}

function asObject(json: Json | undefined): { readonly [key: string]: Json } {
  return typeof json === 'object' && json !== null && !Array.isArray(json)
    ? (json as { readonly [key: string]: Json })
    : {};
}
