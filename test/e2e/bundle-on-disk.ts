import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { gunzipSync } from 'node:zlib';

/** All files of a directory by path with `/`, with their texts; compressed ones are opened. Sorted by path. */
export function filesOf(directory: string): Readonly<Record<string, string>> {
  if (!existsSync(directory)) return {};
  const entries = readdirSync(directory, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const texts = paths.sort().map((path) => {
    const bytes = readFileSync(path);
    const text = (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
    return [relative(directory, path).split(sep).join('/'), text] as const;
  });
  return Object.fromEntries(texts);
}

/** A JSON file of a bundle. Throws where there is none. */
export function jsonOf<T>(bundle: string, path: string): T {
  return JSON.parse(readFileSync(join(bundle, path), 'utf8')) as T;
}

/** What a manifest says could not be read. */
export interface WrittenGap {
  readonly scope: string;
  readonly what: string;
  readonly why: string;
  readonly fix?: string;
}

/** The gaps of a bundle's manifest. */
export function gapsOf(bundle: string): readonly WrittenGap[] {
  return jsonOf<{ gaps: readonly WrittenGap[] }>(bundle, 'keyreach-bundle.json').gaps;
}

/**
 * The files that an analysis reads, without the time of the collection and the port of the server, which is in the URLs
 * of queues: what two collections of one estate share.
 */
export function contentOf(bundle: string): Readonly<Record<string, string>> {
  const entries = Object.entries(filesOf(bundle)).filter(
    ([path]) => !path.split('/').some((word) => word.startsWith('.')),
  );
  return Object.fromEntries(
    entries.map(([path, text]) => {
      if (path !== 'keyreach-bundle.json') return [path, text.replaceAll(/127\.0\.0\.1:[0-9]+/g, '127.0.0.1')];
      const { collectedAt: _, ...rest } = JSON.parse(text) as Record<string, unknown>;
      return [path, JSON.stringify(rest)];
    }),
  );
}
