import {
  EMPTY_LIST,
  isRecord,
  type Listed,
  MAX_JSON_DEPTH,
  optionalString,
  parseJson,
  type RawRecord,
  type Report,
  readListFile,
  readNestedStrings,
  requiredString,
} from '@keyreach/core/input';

/**
 * One resource in CloudFormation / Cloud Control shape. `Properties` is kept whole, since every type has its own; it may
 * hold secrets (environment variables), so nothing may leave it but what a table names.
 */
export interface ListedResource {
  readonly TypeName: string;
  readonly Identifier: string;
  readonly Region?: string;
  readonly Properties: RawRecord;
  /** Paths in `Properties` that were asked for and could not be read: that nothing is there proves nothing. */
  readonly Unknown?: readonly string[];
}

/** The listed resources of an account. */
export interface ListedResources extends Listed<ListedResource> {
  /** Types of which there may be more than the list has; sorted. Where `complete` is false that goes for every type. */
  readonly incompleteTypes: readonly string[];
}

/**
 * Reads resources.json: `[{ TypeName, Identifier, Properties }]`; `Properties` also as the JSON text the API returns. A list
 * that lacks resources of some types, and is whole for the others, is `{ ResourceDescriptions: […], IncompleteTypes: […] }`.
 */
export function readResources(raw: unknown, report: Report): ListedResources | undefined {
  const listed = readListFile(raw, 'ResourceDescriptions', report, readResource);
  if (listed === undefined) return undefined;
  const types = isRecord(raw) ? readNestedStrings(raw, 'IncompleteTypes', '', report) : EMPTY_LIST;
  return {
    items: listed.items,
    // Which types a broken list would name nobody can tell.
    complete: listed.complete && types.complete,
    incompleteTypes: [...new Set(types.items)].sort(),
  };
}

/** Whether the list has all resources of a type; false for a list that is not there. */
export function listsAllOf(type: string, listed: ListedResources | undefined): boolean {
  return listed?.complete === true && !listed.incompleteTypes.includes(type);
}

/** Whether a resource may have something at a path of its properties where the input has nothing. */
export function mayHave({ Unknown }: ListedResource, path: string): boolean {
  return Unknown?.some((unknown) => path === unknown || path.startsWith(`${unknown}.`)) === true;
}

function readResource(raw: RawRecord, where: string, report: Report): ListedResource | undefined {
  const TypeName = requiredString(raw, 'TypeName', where, report);
  const Identifier = requiredString(raw, 'Identifier', where, report);
  if (TypeName === undefined || Identifier === undefined) return undefined;
  if (!/^[A-Za-z0-9]{2,64}(::[A-Za-z0-9]{2,64}){2,3}$/.test(TypeName)) {
    report(`${where}.TypeName`, 'a CloudFormation type name');
    return undefined;
  }
  const Properties = readProperties(raw['Properties']);
  if (Properties === undefined) {
    report(`${where}.Properties`, 'an object, or its JSON text');
    return undefined;
  }
  const Region = optionalString(raw, 'Region', where, report);
  const unknown = readNestedStrings(raw, 'Unknown', where, report);
  // Without the names of what is unknown nothing of the resource could be relied on.
  if (!unknown.complete) return undefined;
  return {
    TypeName,
    Identifier,
    ...(Region === undefined ? {} : { Region }),
    Properties,
    ...(unknown.items.length === 0 ? {} : { Unknown: unknown.items }),
  };
}

function readProperties(raw: unknown): RawRecord | undefined {
  if (typeof raw !== 'string') return isRecord(raw) ? raw : undefined;
  const parsed = parseJson(raw, { file: '', maxDepth: MAX_JSON_DEPTH });
  return parsed.ok && isRecord(parsed.value) ? parsed.value : undefined;
}
