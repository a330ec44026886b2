import type { AwsInputObjects } from '@keyreach/aws/offline';
import type { RawDocument, RawStatement } from '../oracle/naive-decision.ts';
import { at, find, isBranch, type Path, put } from './tree.ts';

/** What `awsInputFromObjects` takes; a plain tree that changes are made on by place. */
export type Estate = AwsInputObjects;

/** What part a policy plays; it decides which statements may stand in it. */
export type DocumentKind = 'identity' | 'trust' | 'bucket' | 'key' | 'scp' | 'rcp';

/** A place of an estate where a policy document stands, or should. */
export interface DocumentPlace {
  readonly path: Path;
  readonly kind: DocumentKind;
}

const kinds: Readonly<Record<string, DocumentKind>> = {
  Document: 'identity',
  AssumeRolePolicyDocument: 'trust',
  KeyPolicy: 'key',
};

/** Every place where a policy document stands, in the order of the estate. */
export function documentPlaces(estate: Estate): readonly DocumentPlace[] {
  return find(estate, (path) => kindAt(estate, path) !== undefined).map((path) => ({
    path,
    kind: kindAt(estate, path)!,
  }));
}

function kindAt(estate: Estate, path: Path): DocumentKind | undefined {
  const name = String(path.at(-1));
  if (name === 'PolicyDocument') return path.includes('resources') ? 'bucket' : 'identity';
  if (name === 'Content') {
    return at(estate, [...path.slice(0, -1), 'Type']) === 'SERVICE_CONTROL_POLICY' ? 'scp' : 'rcp';
  }
  return kinds[name];
}

/** The document at a place as an object; undefined where it cannot be read. */
export function documentAt(estate: Estate, path: Path): RawDocument | undefined {
  const found = at(estate, path);
  if (isBranch(found)) return found as unknown as RawDocument;
  if (typeof found !== 'string' || !found.startsWith('{"Version"') || !found.endsWith('}')) return undefined;
  return JSON.parse(found) as RawDocument;
}

/** Statements of a document as a list. */
export function statementsOf({ Statement }: RawDocument): readonly RawStatement[] {
  return Array.isArray(Statement) ? (Statement as readonly RawStatement[]) : [Statement as RawStatement];
}

/** The estate with another document at a place, kept as text where it was text. */
export function putDocument(estate: Estate, path: Path, document: RawDocument): Estate {
  return put(estate, path, typeof at(estate, path) === 'string' ? JSON.stringify(document) : document);
}

/** The estate with every readable document changed. */
export function withDocuments(
  estate: Estate,
  change: (document: RawDocument, place: DocumentPlace) => RawDocument,
): Estate {
  let changed = estate;
  for (const place of documentPlaces(estate)) {
    const document = documentAt(estate, place.path);
    if (document !== undefined) changed = putDocument(changed, place.path, change(document, place));
  }
  return changed;
}
