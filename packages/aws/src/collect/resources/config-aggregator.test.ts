import { describe, expect, it } from 'vitest';
import { awsCatalogue } from '../../catalogue/action-catalogue.ts';
import { A, arn, details, estate, role } from '../../normalize/testing/estate.ts';
import { CLOUD_CONTROL_TYPES } from './cloud-control-types.ts';
import { AGGREGATED_TYPES, AGGREGATOR_ACTIONS, readConfigAggregator } from './config-aggregator.ts';
import { collectResources } from './index.ts';
import { type Answers, DENIED, fakeCalls } from './testing/fake-calls.ts';

const REGIONS = ['eu-west-1', 'us-east-1'];
const ALIAS = 'AWS::IoT::RoleAlias';
const item = (name: string, region = 'eu-west-1', accountId = A, more: object = {}) =>
  JSON.stringify({
    accountId,
    awsRegion: region,
    resourceId: name,
    configuration: { RoleAlias: name, RoleArn: arn('role/device'), ...more },
    tags: [{ key: 'team', tag: 'team=iot', value: 'iot' }],
  });
const asked = (input: Readonly<Record<string, unknown>>, type: string) =>
  String(input['Expression']).includes(`'${type}'`);
const RECORDING: Answers = {
  'config-service.DescribeConfigurationRecorderStatus': {
    ConfigurationRecordersStatus: [{ name: 'default', recording: true, lastStatus: 'SUCCESS' }],
  },
  'config-service.DescribeConfigurationRecorders': {
    ConfigurationRecorders: [{ name: 'default', recordingGroup: { allSupported: true } }],
  },
};

async function collect(results: readonly string[], answers: Answers) {
  const aggregator = fakeCalls({
    'config-service.SelectAggregateResourceConfig': (input) => (asked(input, ALIAS) ? { Results: results } : {}),
  });
  const aggregated = await readConfigAggregator(aggregator.calls, { name: 'all', region: 'eu-west-1' });
  const { calls, made, gaps } = fakeCalls(answers, REGIONS);
  const file = await collectResources(calls, { allRegions: true, aggregated });
  const listedIn = made
    .filter(({ command, input }) => command === 'ListResources' && input?.['TypeName'] === ALIAS)
    .map(({ region }) => region);
  return { file, gaps, listedIn, aliases: file.ResourceDescriptions.filter(({ TypeName }) => TypeName === ALIAS) };
}

it('asks for types that are read through Cloud Control otherwise, with actions that read', () => {
  const others = CLOUD_CONTROL_TYPES.map(({ type }) => type);
  for (const { type } of AGGREGATED_TYPES) expect(others).toContain(type);
  for (const name of AGGREGATOR_ACTIONS) {
    expect(['list', 'read'], name).toContain(awsCatalogue().action(name)?.accessLevel);
  }
});

it('reads all pages of each type once, for all accounts', async () => {
  const { calls, made } = fakeCalls({
    'config-service.SelectAggregateResourceConfig': (input) => {
      if (!asked(input, ALIAS)) return {};
      return input['NextToken'] === undefined
        ? { Results: [item('a')], NextToken: 'more' }
        : { Results: [item('b', 'us-east-1', '777788889999')] };
    },
  });
  const aggregated = await readConfigAggregator(calls, { name: 'all', region: 'eu-west-1' });
  expect(aggregated.of(ALIAS, A, 'eu-west-1').map(({ Identifier }) => Identifier)).toEqual(['a']);
  expect(aggregated.of(ALIAS, '777788889999', 'us-east-1').map(({ Identifier }) => Identifier)).toEqual(['b']);
  expect(aggregated.of(ALIAS, A, 'us-east-1')).toEqual([]);
  expect(made).toHaveLength(AGGREGATED_TYPES.length + 1);
  expect(made.every(({ input }) => input?.['Limit'] === 100)).toBe(true);
});

describe('the collection', () => {
  it('takes what Config has and records, and asks where it has none', async () => {
    const { file, listedIn, aliases } = await collect([item('fleet')], RECORDING);
    expect(listedIn).toEqual(['us-east-1']);
    expect(aliases).toEqual([
      {
        TypeName: ALIAS,
        Identifier: 'fleet',
        Region: 'eu-west-1',
        Properties: {
          RoleAlias: 'fleet',
          RoleArn: arn('role/device'),
          Tags: [{ key: 'team', tag: 'team=iot', value: 'iot' }],
        },
      },
    ]);
    expect(file.IncompleteTypes).not.toContain(ALIAS);
    const graph = estate({
      authorizationDetails: details({ roles: [role('device', { Service: 'credentials.iot.amazonaws.com' })] }),
      resources: JSON.parse(JSON.stringify(file)),
    });
    expect(graph.edges('runs-as')).toEqual([
      `runs-as arn:aws:iot:eu-west-1:${A}:rolealias/fleet -> ${arn('role/device')}`,
    ]);
    expect(graph.node(`arn:aws:iot:eu-west-1:${A}:rolealias/fleet`)).toMatchObject({ tags: { team: 'iot' } });
  });

  const recorder = (recordingGroup: object, more: object = {}) => ({
    'config-service.DescribeConfigurationRecorders': {
      ConfigurationRecorders: [{ name: 'default', recordingGroup, ...more }],
    },
  });
  const status = (one: object) => ({
    'config-service.DescribeConfigurationRecorderStatus': {
      ConfigurationRecordersStatus: [{ name: 'default', recording: true, lastStatus: 'SUCCESS', ...one }],
    },
  });

  it.each<readonly [string, Answers]>([
    ['records another type', recorder({ resourceTypes: ['AWS::S3::Bucket'] })],
    [
      'leaves the type out',
      recorder({
        recordingStrategy: { useOnly: 'EXCLUSION_BY_RESOURCE_TYPES' },
        exclusionByResourceTypes: { resourceTypes: [ALIAS] },
      }),
    ],
    ['is off', status({ recording: false })],
    ['fails', status({ lastStatus: 'FAILURE' })],
    ['belongs to a service', recorder({ allSupported: true }, { servicePrincipal: 'x.amazonaws.com' })],
    ['cannot be read', { 'config-service.DescribeConfigurationRecorderStatus': DENIED }],
  ])('asks everywhere where the recorder %s', async (_, answers) => {
    const { listedIn, aliases } = await collect([item('old')], { ...RECORDING, ...answers });
    expect([...listedIn].sort()).toEqual(REGIONS);
    expect(aliases).toEqual([]);
  });

  it.each<readonly [string, Answers]>([
    ['names the type', recorder({ resourceTypes: [ALIAS] })],
    ['works, as its status is written too', status({ lastStatus: 'Success' })],
    [
      'leaves out others',
      recorder({
        recordingStrategy: { useOnly: 'EXCLUSION_BY_RESOURCE_TYPES' },
        exclusionByResourceTypes: { resourceTypes: ['AWS::S3::Bucket'] },
      }),
    ],
  ])('takes what it has where the recorder %s', async (_, answers) => {
    const { listedIn } = await collect([item('fleet')], { ...RECORDING, ...answers });
    expect(listedIn).toEqual(['us-east-1']);
  });

  it.each([
    ['is no JSON', 'x', REGIONS],
    ['says no account', '{}', REGIONS],
    ['lacks its name', item('b', 'eu-west-1', A, { RoleAlias: undefined }), REGIONS],
    ['of another region lacks its name', item('b', 'us-east-1', A, { RoleAlias: 7 }), ['us-east-1']],
  ])('asks where an item %s', async (_, broken, regions) => {
    const { listedIn } = await collect([item('fleet'), broken], RECORDING);
    expect([...listedIn].sort()).toEqual(regions);
  });

  it('asks where the aggregator refuses, and says so once', async () => {
    const { calls, gaps } = fakeCalls({ 'config-service.SelectAggregateResourceConfig': DENIED });
    const aggregated = await readConfigAggregator(calls, { name: 'all', region: 'eu-west-1' });
    expect(aggregated.of(ALIAS, A, 'eu-west-1')).toEqual([]);
    expect(gaps).toEqual([
      {
        what: 'AWS Config aggregator',
        why: `config-service SelectAggregateResourceConfig failed ${AGGREGATED_TYPES.length} times in eu-west-1: AccessDeniedException`,
        fix: 'allow `config:SelectAggregateResourceConfig`',
      },
    ]);
  });
});
