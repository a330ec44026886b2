import { awsCatalogue } from '../catalogue/action-catalogue.ts';

/** The caller names a boundary with these; with other actions the key holds that of the targeted user or role. */
const SETS_BOUNDARY: readonly string[] = [
  'iam:createuser',
  'iam:createrole',
  'iam:putuserpermissionsboundary',
  'iam:putrolepermissionsboundary',
];

/**
 * How a key of class C (aws.md 1.12) gets its value with an action: `caller` sets it, AWS fills it from the `target`,
 * or it is `not-sent`. Which keys an action carries is told by the Service Authorization Reference; an action that it
 * does not know may carry any. A condition on a key that is not sent never holds, whatever its value.
 */
export function callerSetsKey(key: string, action: string): 'caller' | 'target' | 'not-sent' {
  // In every request, though the Service Authorization Reference does not list it.
  if (key === 'aws:requestedregion') return 'caller';
  const carried = keysOf(action);
  if (key === 'iam:permissionsboundary') {
    if (carried === undefined) return 'caller';
    if (SETS_BOUNDARY.includes(action.toLowerCase())) return 'caller';
    return carried.has(key) ? 'target' : 'not-sent';
  }
  if (carried === undefined || carried.has(key)) return 'caller';
  // Session tags and source identity are checked as actions of their own within one AssumeRole call.
  return key.startsWith('sts:') && carried.has('sts:') ? 'caller' : 'not-sent';
}

const byAction: Map<string, ReadonlySet<string> | undefined> = new Map();

/** Keys of an action in lower case, families up to their `/`, with `sts:` for actions of that service. */
function keysOf(action: string): ReadonlySet<string> | undefined {
  if (byAction.has(action)) return byAction.get(action);
  const known = awsCatalogue().action(action);
  let keys: Set<string> | undefined;
  if (known !== undefined) {
    keys = new Set(known.service === 'sts' ? ['sts:'] : []);
    for (const key of [...known.conditionKeys, ...known.resourceTypes.flatMap((type) => type.conditionKeys)]) {
      const slash = key.indexOf('/');
      keys.add((slash < 0 ? key : key.slice(0, slash + 1)).toLowerCase());
    }
  }
  // Actions that the catalogue does not know come from input: remember a bounded number.
  if (known !== undefined || byAction.size < 100_000) byAction.set(action, keys);
  return keys;
}
