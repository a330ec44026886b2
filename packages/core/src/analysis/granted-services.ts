import type { AuthorizationModel } from '../authz/authorization-model.ts';
import type { IdentityNode } from '../graph/model.ts';
import { type GrantedActions, grantedActions } from './granted-actions.ts';

const services: WeakMap<GrantedActions, readonly string[]> = new WeakMap();

/**
 * Services (`s3`, `iam`, …) of which an identity is granted some action, as {@link grantedActions} says. Sorted.
 * Undefined where a policy of its own could not be read, because that may grant any.
 */
export function grantedServices(model: AuthorizationModel, identity: IdentityNode): readonly string[] | undefined {
  const granted = grantedActions(model, identity);
  return granted === undefined ? undefined : servicesOfActions(granted);
}

/** Services of which some action is among those granted. Sorted; found once for each object. */
export function servicesOfActions(granted: GrantedActions): readonly string[] {
  let found = services.get(granted);
  if (found === undefined) {
    found = servicesOf(granted);
    services.set(granted, found);
  }
  return found;
}

function servicesOf({ catalogue: { names }, bits, beyond }: GrantedActions): readonly string[] {
  const found = new Set<string>();
  for (let index = 0; index < names.length; index += 1) {
    if (((bits[index >>> 5]! >>> (index & 31)) & 1) === 0) continue;
    const name = names[index]!;
    found.add(name.slice(0, name.indexOf(':')));
  }
  // Services the catalogue does not know are granted as well.
  for (const pattern of beyond) {
    const prefix = pattern.slice(0, pattern.indexOf(':'));
    if (!pattern.includes(':') || /[*?]/.test(prefix) || found.has(prefix) || !isUnlisted(names, prefix)) continue;
    found.add(prefix);
  }
  return [...found].sort();
}

function isUnlisted(names: readonly string[], prefix: string): boolean {
  return !names.some((name) => name.toLowerCase().startsWith(`${prefix}:`));
}
