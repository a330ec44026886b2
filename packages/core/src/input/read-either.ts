import type { BundleFiles } from './bundle-files.ts';
import type { DecodedInput } from './input-text.ts';

/** A file or its packed form (`*.json` may be `*.json.gz`). */
export async function readEither(
  files: BundleFiles,
  path: string,
): Promise<{ readonly shown: string; readonly decoded: DecodedInput } | undefined> {
  for (const shown of [path, `${path}.gz`]) {
    const decoded = await files.read(shown);
    if (decoded !== undefined) return { shown, decoded };
  }
  return undefined;
}
