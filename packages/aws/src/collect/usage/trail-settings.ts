import type { AccountCalls, AwsReply } from '../calls.ts';

/** IAM actions of the calls. */
export const TRAIL_SETTINGS_ACTIONS: readonly string[] = [
  'cloudtrail:DescribeTrails',
  'cloudtrail:GetEventSelectors',
  'cloudtrail:GetTrailStatus',
];

/** `accounts/ID/trails.json`: the trails that record an account, and what of its calls. */
export interface TrailSettings {
  /** Of DescribeTrails, each trail once. */
  readonly trailList: readonly AwsReply[];
  /** Replies of GetTrailStatus by the ARN of the trail. */
  readonly Status: Readonly<Record<string, AwsReply>>;
  /** Replies of GetEventSelectors by the ARN of the trail. */
  readonly EventSelectors: Readonly<Record<string, AwsReply>>;
}

/**
 * The trails of an account: its own in every region, and those of the organization. Undefined where no region could be
 * asked. What fails is a gap.
 */
export async function collectTrailSettings(calls: AccountCalls): Promise<TrailSettings | undefined> {
  const call = (command: string, region: string, input: AwsReply) =>
    calls.send({ service: 'cloudtrail', command, action: `cloudtrail:${command}`, region, input });
  const replies = await calls.all(
    calls.regions.map((region) => async () => {
      const result = await call('DescribeTrails', region, { includeShadowTrails: true });
      if (!result.ok) calls.failed(`trails in ${region}`, result.failed);
      return result.ok ? { region, reply: result.reply } : undefined;
    }),
  );
  const trails = new Map<string, { readonly trail: AwsReply; readonly region: string }>();
  for (const found of replies) {
    for (const trail of (found?.reply['trailList'] ?? []) as readonly AwsReply[]) {
      const { TrailARN: arn, HomeRegion: home } = trail;
      if (typeof arn !== 'string' || found === undefined || trails.has(arn)) continue;
      trails.set(arn, { trail, region: typeof home === 'string' ? home : found.region });
    }
  }
  if (replies.length > 0 && replies.every((found) => found === undefined)) return undefined;
  const arns = [...trails.keys()].sort();
  const details = async (command: string, what: string, key: string): Promise<Record<string, AwsReply>> => {
    const results = await calls.all(
      arns.map((arn) => async () => {
        const result = await call(command, trails.get(arn)?.region ?? '', { [key]: arn });
        if (!result.ok) calls.failed(`${what} of \`${arn}\``, result.failed);
        return result.ok ? ([arn, result.reply] as const) : undefined;
      }),
    );
    return Object.fromEntries(results.filter((result) => result !== undefined));
  };
  return {
    trailList: arns.map((arn) => trails.get(arn)?.trail ?? {}),
    Status: await details('GetTrailStatus', 'the status', 'Name'),
    EventSelectors: await details('GetEventSelectors', 'the event selectors', 'TrailName'),
  };
}
