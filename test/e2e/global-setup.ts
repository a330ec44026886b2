import type { TestProject } from 'vitest/node';
import { startMoto } from './moto-server.ts';
import { type SeededEstate, seed } from './seed.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The estate that all end-to-end tests read, and that none changes. */
    readonly estate: SeededEstate;
  }
}

/** Starts one moto server for all test files and seeds it; stops it at the end. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const moto = await startMoto();
  try {
    project.provide('estate', await seed(moto.url));
  } catch (error) {
    await moto.stop();
    throw error;
  }
  return () => moto.stop();
}
