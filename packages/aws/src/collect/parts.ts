import { IAM_ACCOUNT_PARTS } from './iam-account-parts.ts';
import { IAM_DETAILS_PART } from './iam-details-part.ts';
import { IAM_USER_PARTS } from './iam-user-parts.ts';
import { IDENTITY_CENTER_PART } from './identity-center-part.ts';
import type { CollectPart } from './part.ts';
import { RESOURCES_PART } from './resources/resources-part.ts';
import { LAST_ACCESSED_PART, TRAIL_SETTINGS_PART } from './usage/usage-parts.ts';

/** What is collected of each account unless a caller says otherwise. The first is done before the others, which go by its users. */
export const COLLECT_PARTS: readonly CollectPart[] = [
  IAM_DETAILS_PART,
  ...IAM_USER_PARTS,
  ...IAM_ACCOUNT_PARTS,
  IDENTITY_CENTER_PART,
  LAST_ACCESSED_PART,
  TRAIL_SETTINGS_PART,
  RESOURCES_PART,
];
