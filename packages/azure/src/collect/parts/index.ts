import type { AzureCollectPart } from '../part.ts';
import { ARM_PARTS, identityCredentials } from './arm-parts.ts';
import { DIRECTORY_PARTS } from './directory-parts.ts';

/** Everything that `keyreach collect azure` reads besides the tree of management groups and subscriptions. */
export const AZURE_COLLECT_PARTS: readonly AzureCollectPart[] = [...DIRECTORY_PARTS, ...ARM_PARTS, identityCredentials];
