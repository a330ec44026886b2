import { contentOf } from './bundle-on-disk.ts';
import { openScene } from './scene.ts';
import type { SeededEstate } from './seed.ts';

/** A collection that nothing disturbed. */
export interface PlainCollection {
  /** Files of its bundle, as `contentOf` gives them. */
  readonly content: Readonly<Record<string, string>>;
  /** How many calls it took. */
  readonly calls: number;
}

/** Collects in peace, with the given arguments, for others to be compared with. Throws where that fails. */
export async function plainCollection(estate: SeededEstate, args: readonly string[]): Promise<PlainCollection> {
  const scene = await openScene(estate);
  try {
    const { code, stderr } = await scene.collect(args);
    if (code !== 0) throw new Error(`the collection ended with ${code}: ${stderr}`);
    const content = contentOf(scene.bundle);
    if (content['organization.json'] === undefined) throw new Error('the collection wrote no organization');
    return { content, calls: scene.server.calls.length };
  } finally {
    await scene.close();
  }
}
