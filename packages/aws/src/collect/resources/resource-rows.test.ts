import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { awsCatalogue } from '../../catalogue/action-catalogue.ts';
import { RESOURCE_FACTS } from '../../normalize/resource-facts.ts';
import { RESOURCE_POLICY_SOURCES } from '../../normalize/resource-policies.ts';
import { STORED_KEY_PLACES } from '../../normalize/stored-key-places.ts';
import { PLACEHOLDER_TYPES, WORKLOAD_TYPES } from '../../normalize/workload-roles.ts';
import { NEEDED_RESOURCE_TYPES, PRESENT_RESOURCE_TYPES } from '../../techniques/precondition-names.ts';
import { CLOUD_CONTROL_TYPES, UNLISTED_TYPES } from './cloud-control-types.ts';
import { RESOURCE_ACTIONS } from './index.ts';
import { type ResourceRow, type Told, typesOf } from './resource-row.ts';
import { RESOURCE_ROWS } from './rows/index.ts';

const withChildren = (row: ResourceRow): readonly ResourceRow[] => [row, ...(row.children ?? []).flatMap(withChildren)];
const ROWS = RESOURCE_ROWS.flatMap(withChildren);

it('needs only actions that list or read, sorted and once', () => {
  for (const name of RESOURCE_ACTIONS) {
    const action = awsCatalogue().action(name);
    expect(action?.name, name).toBe(name);
    expect(['list', 'read'], name).toContain(action?.accessLevel);
  }
  expect(RESOURCE_ACTIONS).toEqual([...new Set(RESOURCE_ACTIONS)].sort());
});

it('reads no data: no value of a secret or parameter, no object, no message', () => {
  const data = /:(?:GetSecretValue|GetParameters?|GetObject|ReceiveMessage|GetItem|Scan|Query|Decrypt|GetRecords)$/;
  expect(RESOURCE_ACTIONS.filter((name) => data.test(name))).toEqual([]);
});

/** Forms of CloudFormation for what the rows write in another, and parts of what other files of a bundle hold. */
const ELSEWHERE: ReadonlySet<string> = new Set([
  'AWS::DynamoDB::Stream',
  'AWS::Events::EventBusPolicy',
  'AWS::SNS::TopicInlinePolicy',
  'AWS::SQS::QueueInlinePolicy',
]);

it('knows every type that the analysis does', () => {
  const known = new Set<string>([
    ...RESOURCE_ROWS.flatMap(typesOf),
    ...CLOUD_CONTROL_TYPES.flatMap(({ type, policy }) => (policy === undefined ? [type] : [type, policy.type])),
    ...UNLISTED_TYPES.map(({ type }) => type),
    ...ELSEWHERE,
  ]);
  const wanted = [
    ...WORKLOAD_TYPES.map(({ type }) => type),
    ...PLACEHOLDER_TYPES,
    ...NEEDED_RESOURCE_TYPES,
    ...PRESENT_RESOURCE_TYPES,
    ...RESOURCE_POLICY_SOURCES.flatMap(({ type, appliesTo }) =>
      appliesTo === undefined ? [type] : [type, appliesTo.type],
    ),
    ...RESOURCE_FACTS.map(({ type }) => type),
    ...STORED_KEY_PLACES.map(({ type }) => type),
  ];
  expect([...new Set(wanted)].filter((type) => !known.has(type))).toEqual([]);
});

it('lists each type in one way', () => {
  const listed = [...ROWS.filter(({ children }) => children === undefined), ...CLOUD_CONTROL_TYPES].map(
    ({ type }) => type,
  );
  expect(listed).toEqual([...new Set(listed)]);
  for (const { within } of CLOUD_CONTROL_TYPES) if (within !== undefined) expect(listed).toContain(within.type);
  const lists = CLOUD_CONTROL_TYPES.filter(({ reads }) => reads === 'list').map(({ type }) => type);
  // What is only listed has no property that the analysis needs.
  const needed = new Set<string>([
    ...WORKLOAD_TYPES.map(({ type }) => type),
    ...RESOURCE_POLICY_SOURCES.filter(({ appliesTo }) => appliesTo === undefined).map(({ type }) => type),
    ...RESOURCE_FACTS.map(({ type }) => type),
  ]);
  expect(lists.filter((type) => needed.has(type))).toEqual([]);
});

const NOTHING: Told = {
  reply: () => ({ Table: { TableArn: 'arn', LatestStreamArn: 'arn' } }),
  replies: () => [],
  unread: () => [],
};
const PLACE = { accountId: '444455556666', partition: 'aws', region: 'eu-west-1' };
const ITEM = { Id: 'x', Name: 'x', clusterArn: 'x', LayerName: 'x', taskDefinition: 'x' };

/** The declarations of a client: of its commands and their inputs and replies. */
class Declarations {
  readonly #commands: (command: string) => string;
  readonly #models: string;

  constructor(service: string) {
    const root = new URL(`../../../node_modules/@aws-sdk/client-${service}/dist-types/`, import.meta.url);
    this.#commands = (command) => readFileSync(new URL(`commands/${command}Command.d.ts`, root), 'utf8');
    const models = new URL('models/', root);
    this.#models = readdirSync(models)
      .map((file) => readFileSync(new URL(file, models), 'utf8'))
      .join('\n');
  }

  /** Names of the fields of the input or output of a command. */
  fields(command: string, side: 'Input' | 'Output'): readonly string[] {
    const text = this.#commands(command);
    const start = text.indexOf(`export interface ${command}Command${side} extends `);
    const type = /extends (\w+)/.exec(text.slice(start))?.[1] ?? '';
    const at = this.#models.indexOf(`export interface ${type} `);
    const body = at < 0 ? '' : this.#models.slice(at, this.#models.indexOf('\n}', at));
    return [...body.matchAll(/^ {4}(\w+)\??:/gm)].map(([, name = '']) => name);
  }
}

it.each([...new Set(ROWS.map(({ service }) => service))].sort())('asks %s for what it has', (service) => {
  const declared = new Declarations(service);
  for (const row of ROWS.filter((one) => one.service === service)) {
    const calls = [
      ...(row.list === undefined
        ? []
        : [{ ...row.list, input: row.list.input?.(PLACE, ITEM) ?? {}, paging: row.list.paging }]),
      ...(row.batch === undefined ? [] : [{ ...row.batch, input: row.batch.input(['x'], ITEM), paging: undefined }]),
      ...(row.details ?? []).flatMap(({ inputs, paging, ...detail }) =>
        inputs(ITEM, NOTHING, PLACE).map((input) => ({ ...detail, input, paging, items: '' })),
      ),
    ];
    for (const { command, input, paging, items } of calls) {
      const [asked, told] = [declared.fields(command, 'Input'), declared.fields(command, 'Output')];
      for (const name of Object.keys(input)) expect(asked, command).toContain(name);
      if (items !== '') expect(told, command).toContain(/^\w+/.exec(items)?.[0]);
      // A reply that may go on is read to its end.
      const goesOn = told.find((name) =>
        /^(?:next(?:token|marker)|marker|continuationtoken|lastevaluated\w+)$/i.test(name),
      );
      expect(paging?.reply, command).toBe(goesOn);
      if (paging !== undefined) expect(asked, command).toContain(paging.request);
    }
  }
});
