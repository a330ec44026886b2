import { describe, expect, it } from 'vitest';
import type { AwsCall } from '../calls.ts';
import { fakeCalls, fakeContext } from './testing/fake-calls.ts';
import { collectTrailSettings } from './trail-settings.ts';
import { LAST_ACCESSED_PART, TRAIL_SETTINGS_PART } from './usage-parts.ts';

const home = { TrailARN: 'arn:aws:cloudtrail:eu-west-1:111111111111:trail/all', HomeRegion: 'eu-west-1' };
const local = { TrailARN: 'arn:aws:cloudtrail:us-east-1:111111111111:trail/here', HomeRegion: 'us-east-1' };

const service = (call: AwsCall) =>
  call.command === 'DescribeTrails'
    ? { trailList: call.region === 'us-east-1' ? [home, local] : [home] }
    : { of: call.input?.['Name'] ?? call.input?.['TrailName'] };

describe('trails of an account', () => {
  it('are each there once, with status and selectors asked for in their home region', async () => {
    const calls = fakeCalls(service);
    expect(await collectTrailSettings(calls)).toEqual({
      trailList: [home, local],
      Status: { [home.TrailARN]: { of: home.TrailARN }, [local.TrailARN]: { of: local.TrailARN } },
      EventSelectors: { [home.TrailARN]: { of: home.TrailARN }, [local.TrailARN]: { of: local.TrailARN } },
    });
    const about = calls.sent.filter(({ input }) => input?.['TrailName'] === local.TrailARN);
    expect(about.map(({ region }) => region)).toEqual(['us-east-1']);
    expect(new Set(calls.sent.map(({ action }) => action))).toEqual(new Set(TRAIL_SETTINGS_PART.actions));
  });

  it('are none where there are none, and unknown where nobody may ask', async () => {
    const none = fakeCalls(() => ({ trailList: [] }));
    expect(await collectTrailSettings(none)).toEqual({ trailList: [], Status: {}, EventSelectors: {} });
    expect(none.failures).toEqual([]);
    const denied = fakeCalls(() => 'AccessDeniedException');
    expect(await collectTrailSettings(denied)).toBeUndefined();
    expect(denied.failures).toHaveLength(2);
  });

  it('are a gap in the region that was refused, and for the details that were', async () => {
    const region = fakeCalls((call) => (call.region === 'us-east-1' ? 'AccessDeniedException' : service(call)));
    expect(await collectTrailSettings(region)).toMatchObject({ trailList: [home] });
    expect(region.failures).toMatchObject([{ what: 'trails in us-east-1' }]);
    const details = fakeCalls((call) =>
      call.command === 'GetEventSelectors' ? 'AccessDeniedException' : service(call),
    );
    expect(await collectTrailSettings(details)).toMatchObject({ EventSelectors: {}, Status: { [home.TrailARN]: {} } });
    expect(details.failures).toHaveLength(2);
  });
});

describe('the part for last-accessed reports', () => {
  const context = (files?: Map<string, unknown>) => ({
    ...fakeContext(files),
    allRegions: true,
    users: () => Promise.resolve(undefined),
  });
  const iam = (call: AwsCall) => {
    const name = (kind: string) => ({ Arn: `arn:aws:iam::111111111111:${kind}/a` });
    switch (call.command) {
      case 'ListUsers':
        return call.input?.['Marker'] === undefined
          ? { Users: [], IsTruncated: true, Marker: 'more' }
          : { Users: [name('user')] };
      case 'ListGroups':
        return { Groups: [name('group')] };
      case 'ListRoles':
        return { Roles: [name('role')] };
      case 'GenerateServiceLastAccessedDetails':
        return { JobId: 'job' };
      default:
        return { JobStatus: 'COMPLETED', ServicesLastAccessed: [] };
    }
  };
  const all = ['group', 'role', 'user'].map((kind) => `arn:aws:iam::111111111111:${kind}/a`);

  it('asks for users, groups and roles of the authorization details, or lists them', async () => {
    const listed = fakeCalls(iam);
    expect(Object.keys((await LAST_ACCESSED_PART.run(listed, context())) as object)).toEqual(all);
    expect(new Set(listed.sent.map(({ action }) => action))).toEqual(new Set(LAST_ACCESSED_PART.actions));

    const details = {
      UserDetailList: [{ Arn: all[2] }],
      GroupDetailList: [{ Arn: all[0] }],
      RoleDetailList: [{ Arn: all[1] }],
    };
    const known = fakeCalls(iam);
    const files = new Map<string, unknown>([['accounts/111111111111/iam/account-authorization-details.json', details]]);
    expect(Object.keys((await LAST_ACCESSED_PART.run(known, context(files))) as object)).toEqual(all);
    expect(known.sent.some(({ command }) => command.startsWith('List'))).toBe(false);
  });

  it('gives nothing where nobody can be listed', async () => {
    const calls = fakeCalls(() => 'AccessDeniedException');
    expect(await LAST_ACCESSED_PART.run(calls, context())).toBeUndefined();
    expect(calls.failures).toHaveLength(3);
  });
});
