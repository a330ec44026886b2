// Removes build output. `tsc -b --clean` would leave behind what a renamed or deleted source once emitted.
import { readdirSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const directories = [...readdirSync(`${root}packages`).map((name) => `packages/${name}`), 'test/bench'];
for (const directory of directories) rmSync(`${root}${directory}/dist`, { recursive: true, force: true });
