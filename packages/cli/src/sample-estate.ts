import { fileURLToPath } from 'node:url';

/** Directory of the sample estate that comes with the package. */
export const sampleEstate: string = fileURLToPath(new URL('../sample-estate', import.meta.url));

/** When the sample estate was collected; `demo` looks at it as of then, so that it always says the same. */
export const sampleTime = '2026-11-01T06:00:00.000Z';
