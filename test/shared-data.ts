import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/**
 * Absolute path of a public sample input kept beside the repository (`../shared/data/<path>`), or undefined where it is
 * absent. These inputs are never committed; a test that needs one skips without it, and the run prints its name.
 *
 * @example
 * const details = sharedData('aws/example-authorization-details.json');
 * describe.skipIf(details === undefined)('the sample account', () => { … });
 */
export function sharedData(path: string): string | undefined {
  const file = fileURLToPath(new URL(`../../shared/data/${path}`, import.meta.url));
  return existsSync(file) ? file : undefined;
}
