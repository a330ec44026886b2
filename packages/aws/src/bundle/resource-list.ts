import { MAX_JSON_DEPTH, parseJson } from './json-input.ts';
import {
  isRecord,
  type Listed,
  optionalString,
  type RawRecord,
  type Report,
  readListFile,
  requiredString,
} from './shape.ts';

/**
 * One resource in CloudFormation / Cloud Control shape. `Properties` is kept whole, since every type has its own; it may
 * hold secrets (environment variables), so nothing may leave it but what a table names.
 */
export interface ListedResource {
  readonly TypeName: string;
  readonly Identifier: string;
  readonly Region?: string;
  readonly Properties: RawRecord;
}

/** Reads resources.json: `[{ TypeName, Identifier, Properties }]`; `Properties` also as the JSON text the API returns. */
export function readResources(raw: unknown, report: Report): Listed<ListedResource> | undefined {
  return readListFile(raw, 'ResourceDescriptions', report, readResource);
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
  return { TypeName, Identifier, ...(Region === undefined ? {} : { Region }), Properties };
}

function readProperties(raw: unknown): RawRecord | undefined {
  if (typeof raw !== 'string') return isRecord(raw) ? raw : undefined;
  const parsed = parseJson(raw, { file: '', maxDepth: MAX_JSON_DEPTH });
  return parsed.ok && isRecord(parsed.value) ? parsed.value : undefined;
}
