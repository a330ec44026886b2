import type { AuthorizationModel } from '../authz/authorization-model.ts';
import type { IdentityNode } from '../graph/model.ts';
import { type GrantedActions, grantedActions } from './granted-actions.ts';
import { serviceNameOf, serviceOf } from './service-name.ts';

const services: WeakMap<GrantedActions, readonly string[]> = new WeakMap();

/**
 * Services (`s3`, `iam`, …; with the sign that ends their name where that is no colon: `storage.*`) of which an identity is granted some action, as {@link grantedActions} says. Sorted.
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
    const service = serviceNameOf(names[index]!);
    if (service !== undefined) found.add(service);
  }
  // Services the catalogue does not know are granted as well.
  for (const pattern of beyond) {
    const service = serviceNameOf(pattern);
    if (service === undefined || found.has(service)) continue;
    const prefix = serviceOf(pattern).slice(0, -1);
    if (!/[*?]/.test(prefix) && isUnlisted(names, prefix)) found.add(service);
  }
  return [...found].sort();
}

function isUnlisted(names: readonly string[], prefix: string): boolean {
  return !names.some((name) => name.toLowerCase().startsWith(prefix));
}
