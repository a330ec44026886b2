/** A place in a tree of objects and lists, from the root. */
export type Path = readonly (string | number)[];

/** An object of a tree. */
export type Branch = Readonly<Record<string, unknown>>;

/** True for an object that is no list. */
export function isBranch(value: unknown): value is Branch {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What stands at a place; undefined where nothing does. */
export function at(tree: unknown, path: Path): unknown {
  let value = tree;
  for (const key of path) {
    if (Array.isArray(value)) value = value[Number(key)];
    else if (isBranch(value)) value = value[key];
    else return undefined;
  }
  return value;
}

/** The list at a place; empty where there is none. */
export function listAt(tree: unknown, path: Path): readonly unknown[] {
  const value = at(tree, path);
  return Array.isArray(value) ? value : [];
}

/** The tree with a value put at a place; undefined takes away what was there. Nothing is changed in place. */
export function put<T>(tree: T, path: Path, value: unknown): T {
  return putAt(tree, path, value) as T;
}

function putAt(tree: unknown, path: Path, value: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  if (Array.isArray(tree)) {
    if (rest.length === 0 && value === undefined) return tree.filter((_, index) => index !== key);
    const copy = [...tree];
    copy[Number(key)] = putAt(copy[Number(key)], rest, value);
    return copy;
  }
  const branch = isBranch(tree) ? tree : {};
  if (rest.length === 0 && value === undefined) {
    const { [key]: _, ...others } = branch;
    return others;
  }
  return { ...branch, [key]: putAt(branch[key], rest, value) };
}

/** The tree with something more in the list at a place. */
export function append<T>(tree: T, path: Path, ...more: readonly unknown[]): T {
  return put(tree, path, [...listAt(tree, path), ...more]);
}

/** Places for which `wanted` holds, in the order of the tree; what lies inside a found place is not looked at. */
export function find(tree: unknown, wanted: (path: Path, value: unknown) => boolean): readonly Path[] {
  const found: Path[] = [];
  const visit = (value: unknown, path: Path): void => {
    if (wanted(path, value)) {
      found.push(path);
      return;
    }
    if (Array.isArray(value)) for (const [index, item] of value.entries()) visit(item, [...path, index]);
    else if (isBranch(value)) for (const [key, item] of Object.entries(value)) visit(item, [...path, key]);
  };
  visit(tree, []);
  return found;
}

/** A tree in which every part was passed through `change`, innermost parts first. */
export function rewrite(tree: unknown, change: (value: unknown, path: Path) => unknown, path: Path = []): unknown {
  if (Array.isArray(tree)) {
    return change(
      tree.map((item, index) => rewrite(item, change, [...path, index])),
      path,
    );
  }
  if (isBranch(tree)) {
    const entries = Object.entries(tree).map(([key, item]) => [key, rewrite(item, change, [...path, key])]);
    return change(Object.fromEntries(entries), path);
  }
  return change(tree, path);
}
