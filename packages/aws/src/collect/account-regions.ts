import { isRecord } from '@keyreach/core/input';
import type { AccountCalls } from './calls.ts';

/** IAM actions that finding the regions of an account needs. */
export const REGION_ACTIONS: readonly string[] = ['account:ListRegions', 'ec2:DescribeRegions'];

/** Regions to read of an account. */
export interface AccountRegions {
  /** Sorted, each once. */
  readonly regions: readonly string[];
  /** True where they are all that are enabled. */
  readonly all: boolean;
}

/**
 * Enabled regions of an account (aws.md 3.1): from the Account Management service, or else from EC2. Where neither may be
 * asked, there is a gap and no region.
 */
export async function readRegions(calls: AccountCalls): Promise<AccountRegions> {
  const listed = await calls.pages(
    {
      service: 'account',
      command: 'ListRegions',
      action: 'account:ListRegions',
      input: { RegionOptStatusContains: ['ENABLED', 'ENABLED_BY_DEFAULT'], MaxResults: 50 },
    },
    { reply: 'NextToken', request: 'NextToken' },
  );
  if (listed.failed === undefined) {
    const regions = namesIn(listed.replies, 'Regions');
    if (regions.length > 0) return { regions, all: true };
  }
  const described = await calls.send({
    service: 'ec2',
    command: 'DescribeRegions',
    action: 'ec2:DescribeRegions',
    input: { AllRegions: false },
  });
  if (described.ok) {
    const regions = namesIn([described.reply], 'Regions');
    if (regions.length > 0) return { regions, all: true };
  }
  calls.failed('regions', described.ok ? (listed.failed ?? NOTHING) : described.failed);
  return { regions: [], all: false };
}

const NOTHING = {
  call: { service: 'account', command: 'ListRegions', action: 'account:ListRegions' },
  error: 'NoRegions',
  kind: 'other',
} as const;

function namesIn(replies: readonly Readonly<Record<string, unknown>>[], key: string): readonly string[] {
  const names = replies.flatMap((reply) => {
    const list = reply[key];
    return (Array.isArray(list) ? (list as readonly unknown[]) : []).flatMap((region) => {
      const name = isRecord(region) ? region['RegionName'] : undefined;
      return typeof name === 'string' && /^[a-z0-9-]{4,32}$/.test(name) ? [name] : [];
    });
  });
  return [...new Set(names)].sort();
}
