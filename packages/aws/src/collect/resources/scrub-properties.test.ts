import { expect, it } from 'vitest';
import { valuesAt } from '../../normalize/property-path.ts';
import { STORED_KEY_PLACES, storedKeyIds } from '../../normalize/stored-key-places.ts';
import { scrubProperties } from './scrub-properties.ts';

const ID = 'AKIAIOSFODNN7ABCDEFG';
const OTHER = 'ASIAIOSFODNN7ABCDEFG';

it('keeps the names of variables and empties their values, but for ids of access keys', () => {
  const properties = {
    FunctionName: 'pay',
    Environment: {
      Variables: { PASSWORD: 'hunter2', USER: 'x', KEY: ID, SESSION: OTHER, URL: `https://${ID}:s3cr3t@host` },
    },
  };
  expect(scrubProperties(properties)).toEqual({
    FunctionName: 'pay',
    Environment: { Variables: { PASSWORD: '', USER: '', KEY: ID, SESSION: OTHER, URL: ID } },
  });
});

it('does the same in lists of names and values', () => {
  const list = [
    { name: 'TOKEN', value: 'hunter2', type: 'PLAINTEXT' },
    { name: 'ID', value: ID, type: 'PLAINTEXT' },
  ];
  const scrubbed = scrubProperties({
    ContainerDefinitions: [{ name: 'web', image: 'web:1', environment: list, command: ['run', `--key=${ID}`] }],
    Parameters: [{ ParameterKey: 'Password', ParameterValue: 'hunter2' }],
    Outputs: [{ OutputKey: 'Url', OutputValue: 'https://hunter2' }],
  });
  expect(scrubbed).toEqual({
    ContainerDefinitions: [
      {
        name: 'web',
        image: 'web:1',
        environment: [
          { name: 'TOKEN', value: '', type: 'PLAINTEXT' },
          { name: 'ID', value: ID, type: 'PLAINTEXT' },
        ],
        command: ['', ID],
      },
    ],
    Parameters: [{ ParameterKey: 'Password', ParameterValue: '' }],
    Outputs: [{ OutputKey: 'Url', OutputValue: '' }],
  });
});

it("empties a variable whatever its name, since a name of a map is the customer's own", () => {
  const names = ['KEY', 'Name', 'type', 'Namespace', 'OptionName', 'ParameterKey'];
  const variables = Object.fromEntries(names.map((name) => [name, 'hunter2']));
  const scrubbed = scrubProperties({
    Environment: { Variables: variables },
    Parameters: variables,
    DefaultArguments: { ...variables, OptionName: 'role', pin: 4711 },
    EksProperties: { PodProperties: { Containers: [{ Env: [{ Name: 'A', Value: 'hunter2' }], Image: 'a:1' }] } },
  });
  expect(JSON.stringify(scrubbed)).not.toMatch(/hunter2|4711/);
  expect(valuesAt(scrubbed, 'Environment.Variables{}')).toEqual(names.map(() => ''));
  expect(valuesAt(scrubbed, 'EksProperties.PodProperties.Containers[].Image')).toEqual(['a:1']);
});

it.each([
  'StartCommand',
  'BuildCommand',
  'StepProperties',
  'Arguments',
  'Sqls',
  'Body',
  'BasicAuthCredentials',
  'Passwords',
  'client_secret',
  'DatadogApiKey',
  'RefreshToken',
])('keeps nothing of %s', (name) => {
  for (const value of ['hunter2', ['hunter2'], [{ Key: 'a', Value: 'hunter2' }]]) {
    expect(JSON.stringify(scrubProperties({ Nested: { [name]: value } }))).not.toContain('hunter2');
  }
});

it('leaves ids of keys where the analysis finds them, encoded text included', () => {
  const UserData = btoa(`#!/bin/sh\nexport AWS_ACCESS_KEY_ID=${ID}\nexport AWS_SECRET_ACCESS_KEY=hunter2`);
  const scrubbed = scrubProperties({ LaunchTemplateData: { UserData } });
  expect(storedKeyIds('AWS::EC2::LaunchTemplate', scrubbed)).toEqual([ID]);
  expect(valuesAt(scrubbed, 'LaunchTemplateData.UserData').map((text) => atob(String(text)))).toEqual([ID]);
  expect(scrubProperties({ UserData: btoa('hunter2') })).toEqual({ UserData: '' });
});

it('drops properties that hold a secret, whatever stands there', () => {
  expect(
    scrubProperties({
      MasterUserPassword: 'hunter2',
      ClientToken: 'hunter2',
      OauthToken: 'hunter2',
      SecretString: 'hunter2',
      ExternalId: 'hunter2',
      Nested: [{ AccessToken: 'hunter2', Name: 'kept' }],
    }),
  ).toEqual({ Nested: [{ Name: 'kept' }] });
});

it('keeps names that only sound like one, and policies as they are', () => {
  const properties = {
    SecretId: 'arn:aws:secretsmanager:eu-west-1:444455556666:secret:db',
    SecretName: 'db',
    HttpTokens: 'required',
    KeyPolicy: '{"Statement":[{"Condition":{"StringEquals":{"sts:ExternalId":"abc"}}}]}',
    PolicyDocument: { Statement: [{ Condition: { StringEquals: { 'sts:ExternalId': 'abc' } } }] },
    RoleArn: 'arn:aws:iam::444455556666:role/pay',
  };
  expect(scrubProperties(properties)).toEqual(properties);
});

it('keeps roles in settings, and no other setting', () => {
  const OptionSettings = [
    { Namespace: 'aws:autoscaling:launchconfiguration', OptionName: 'IamInstanceProfile', Value: 'web' },
    { Namespace: 'aws:elasticbeanstalk:application:environment', OptionName: 'DB', Value: 'hunter2' },
  ];
  const role = 'arn:aws:iam::444455556666:role/agent';
  expect(
    scrubProperties({
      OptionSettings,
      Configuration: { Aws: { AssumableRoleArn: role, Note: 'hunter2' } },
      PipelineObjects: [
        {
          Fields: [
            { Key: 'role', StringValue: 'etl' },
            { Key: '*password', StringValue: 'hunter2' },
          ],
        },
      ],
    }),
  ).toEqual({
    OptionSettings: [OptionSettings[0], { ...OptionSettings[1], Value: '' }],
    Configuration: { Aws: { AssumableRoleArn: role, Note: '' } },
    PipelineObjects: [
      {
        Fields: [
          { Key: 'role', StringValue: 'etl' },
          { Key: '*password', StringValue: '' },
        ],
      },
    ],
  });
});

it('keeps where code is, without who signs in there', () => {
  expect(scrubProperties({ Source: { Location: 'https://me:hunter2@example.com/a@b' } })).toEqual({
    Source: { Location: 'https://example.com/a@b' },
  });
  expect(scrubProperties({ Url: 'https://example.com/me@b', Mail: 'me@example.com' })).toEqual({
    Url: 'https://example.com/me@b',
    Mail: 'me@example.com',
  });
});

/** Properties with a value at a path of a table. */
function at(path: string, value: string): Record<string, unknown> {
  return path.split('.').reduceRight<unknown>((inner, step) => {
    const [, name = '', suffix = '', key = '', wanted = ''] = /^(\w+)(\{\}|\[(?:(\w+)=([\w:]+))?\])?$/.exec(step) ?? [];
    if (suffix === '') return { [name]: inner };
    if (suffix === '{}') return { [name]: { any: inner } };
    return { [name]: [key === '' ? inner : { ...(inner as object), [key]: wanted }] };
  }, value) as Record<string, unknown>;
}

const PLACES = STORED_KEY_PLACES.flatMap(({ type, paths, encoding }) =>
  paths.map((path) => ({ type, path, encoding })),
);
/** Values that are never asked for. */
const NEVER_READ = ['AWS::SSM::Parameter', 'AWS::SecretsManager::Secret'];

it.each(PLACES.filter(({ type }) => !NEVER_READ.includes(type)))(
  'keeps ids of keys of $type in $path, and nothing beside them',
  ({ type, path, encoding }) => {
    const text = `key ${ID} secret hunter2`;
    const properties = at(path, encoding === 'base64' ? btoa(text) : text);
    expect(storedKeyIds(type, properties)).toEqual([ID]);
    const scrubbed = scrubProperties(properties);
    expect(storedKeyIds(type, scrubbed)).toEqual([ID]);
    const [kept] = valuesAt(scrubbed, path);
    expect(encoding === 'base64' ? atob(String(kept)) : kept).toBe(ID);
  },
);

it('is bounded where properties nest without end', () => {
  let deep: Record<string, unknown> = { Password: 'hunter2' };
  for (let level = 0; level < 5_000; level += 1) deep = { Deep: deep };
  expect(JSON.stringify(scrubProperties(deep))).not.toContain('hunter2');
});
