import type { GraphNode, NodeId } from '../graph/model.ts';
import type { Requirement } from './technique.ts';

/** A text with `{zone}` and `{zone:N}` filled in. */
export function inZone(template: string, zone: NodeId | undefined): string {
  return template
    .replaceAll('{zone}', zone ?? '')
    .replaceAll(/\{zone:(\d)\}/g, (_, part) => zone?.split(':')[Number(part)] ?? '');
}

/** Text of a resource a technique names relative to its target. */
export function resourceOn(template: string, target: GraphNode, zone: NodeId | undefined): string {
  return inZone(
    template
      .replaceAll('{target}', target.id)
      .replaceAll('{name}', target.name)
      .replaceAll(/\{target:(\d)\}/g, (_, part) => target.id.split(':')[Number(part)] ?? ''),
    zone,
  );
}

/** Whether a permission is asked for on something that depends on the target: `on` as in `Requirement`. */
export function isAboutTarget(on: string | undefined): boolean {
  return on === undefined || on.includes('{target') || on.includes('{name}');
}

const orders: WeakMap<readonly Requirement[], readonly Requirement[]> = new WeakMap();

/** Parts of a conjunction, those that ask about the caller alone first: most callers fail them, whatever the target. */
export function cheapestFirst(requirement: { readonly all: readonly Requirement[] }): readonly Requirement[] {
  let order = orders.get(requirement.all);
  if (order === undefined) {
    order = [...requirement.all].sort((left, right) => cost(left) - cost(right));
    orders.set(requirement.all, order);
  }
  return order;
}

function cost(requirement: Requirement): number {
  if ('all' in requirement) return Math.max(...requirement.all.map(cost));
  if ('any' in requirement) return Math.max(...requirement.any.map(cost));
  if ('allows' in requirement || 'zoneHolds' in requirement) return 0;
  if ('some' in requirement) return 4;
  if ('allowed' in requirement) return requirement.on === undefined ? 1 : requirement.on.includes('{') ? 3 : 0;
  return 2;
}
