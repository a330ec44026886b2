import type { Estate } from './estate.ts';
import { documentAt, documentPlaces, putDocument, statementsOf } from './estate.ts';
import { at, isBranch, type Path, put } from './tree.ts';

/** Parts of an estate that it is whole without. */
const optional: ReadonlySet<string> = new Set([
  'Condition',
  'PermissionsBoundary',
  'Tags',
  'organization',
  'resources',
  'accessKeys',
  'loginProfiles',
  'mfaDevices',
  'KeyPolicy',
]);

/** The estate with one thing less, in every way there is, large things first. */
function* smaller(estate: Estate): Generator<Estate> {
  for (const id of Object.keys(estate.accounts)) yield put(estate, ['accounts', id], undefined);
  const places: Path[] = [];
  const visit = (value: unknown, path: Path): void => {
    if (Array.isArray(value)) {
      for (const index of value.keys()) places.push([...path, index]);
      for (const [index, item] of value.entries()) visit(item, [...path, index]);
    } else if (isBranch(value)) {
      for (const [key, item] of Object.entries(value)) {
        if (optional.has(key)) places.push([...path, key]);
        visit(item, [...path, key]);
      }
    }
  };
  visit(estate, []);
  places.sort((left, right) => left.length - right.length);
  for (const path of places) {
    // A statement must name something.
    const list = at(estate, path.slice(0, -1));
    if (Array.isArray(list) && list.length === 1 && /Action|Resource|AWS/.test(String(path.at(-2)))) continue;
    yield put(estate, path, undefined);
  }
  for (const { path } of documentPlaces(estate)) {
    const document = documentAt(estate, path);
    if (document === undefined || typeof at(estate, path) !== 'string') continue;
    for (const index of statementsOf(document).keys()) {
      yield putDocument(estate, path, {
        ...document,
        Statement: statementsOf(document).filter((_, other) => other !== index),
      });
    }
  }
}

/**
 * An estate that still `fails`, from which nothing can be left out; at most `tries` are asked about. What a failing
 * property reports: a random estate has too many parts to be read.
 */
export function minimalEstate(estate: Estate, fails: (estate: Estate) => boolean, tries: number): Estate {
  let left = tries;
  let best = estate;
  for (let again = true; again; ) {
    again = false;
    for (const candidate of smaller(best)) {
      left -= 1;
      if (left < 0) return best;
      if (!fails(candidate)) continue;
      best = candidate;
      again = true;
      break;
    }
  }
  return best;
}
