import type { GcpCollectPart } from '../part.ts';
import { ASSET_PARTS } from './asset-parts.ts';
import { CREDENTIAL_PARTS } from './credential-parts.ts';
import { GROUP_PART } from './group-part.ts';
import { POLICY_PARTS } from './policy-parts.ts';
import { ROLE_PARTS } from './role-parts.ts';
import { USAGE_PARTS } from './usage-parts.ts';

/** What is collected unless a caller says otherwise; groups last, since they go by the policies of the inventory. */
export const GCP_COLLECT_PARTS: readonly GcpCollectPart[] = [
  ...ASSET_PARTS,
  ...ROLE_PARTS,
  ...POLICY_PARTS,
  ...CREDENTIAL_PARTS,
  ...USAGE_PARTS,
  GROUP_PART,
];
