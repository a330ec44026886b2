import { isRecord, parseJson, type RawRecord } from '@keyreach/core/input';
import { valuesAt } from '../../../normalize/property-path.ts';
import type { DetailCall, ResourceRow, Told } from '../resource-row.ts';
import { listed } from '../resources-file.ts';

const byMarker = { reply: 'NextMarker', request: 'Marker' };

const ofFunction = (name: string, command: string, more: Partial<DetailCall> = {}): DetailCall => ({
  name,
  command,
  action: `lambda:${command}`,
  inputs: ({ FunctionName }) => [{ FunctionName }],
  ...more,
});

const NOT_FOUND = ['ResourceNotFoundException'];

/** Versions and aliases, each of which may have a policy of its own. */
function qualifiers(told: Told): readonly string[] {
  const versions = told.replies('versions').flatMap((reply) => valuesAt(reply, 'Versions[].Version'));
  const aliases = told.replies('aliases').flatMap((reply) => valuesAt(reply, 'Aliases[].Name'));
  return [...versions, ...aliases].filter(
    (name) => typeof name === 'string' && name !== '$LATEST',
  ) as readonly string[];
}

const FUNCTIONS: ResourceRow = {
  type: 'AWS::Lambda::Function',
  service: 'lambda',
  scope: 'region',
  list: { command: 'ListFunctions', action: 'lambda:ListFunctions', paging: byMarker, items: 'Functions[]' },
  details: [
    ofFunction('policy', 'GetPolicy', { none: NOT_FOUND }),
    ofFunction('versions', 'ListVersionsByFunction', { paging: byMarker }),
    ofFunction('aliases', 'ListAliases', { paging: byMarker }),
    ofFunction('policies', 'GetPolicy', {
      inputs: ({ FunctionName }, told) => qualifiers(told).map((Qualifier) => ({ FunctionName, Qualifier })),
      none: NOT_FOUND,
    }),
    ofFunction('signing', 'GetFunctionCodeSigningConfig', {
      // Signatures are for packages only.
      inputs: ({ FunctionName, PackageType }) => (PackageType === 'Image' ? [] : [{ FunctionName }]),
      none: NOT_FOUND,
    }),
    ofFunction('urls', 'ListFunctionUrlConfigs', { paging: byMarker }),
    ofFunction('tags', 'ListTags', { inputs: ({ FunctionArn }) => [{ Resource: FunctionArn }] }),
  ],
  resources: (item, told, place) => {
    const { FunctionName, FunctionArn, Role, Runtime, PackageType, Environment, KMSKeyArn, Layers } = item;
    const signing = told.reply('signing')?.['CodeSigningConfigArn'];
    const unread = told.unread({
      policy: 'Policy',
      versions: 'Policy',
      aliases: 'Policy',
      policies: 'Policy',
      signing: 'CodeSigningConfigArn',
      urls: 'FunctionUrlConfigs',
    });
    return listed(
      'AWS::Lambda::Function',
      FunctionArn,
      place,
      {
        FunctionName,
        Role,
        Runtime,
        PackageType,
        Environment,
        KmsKeyArn: KMSKeyArn,
        Layers: valuesAt(item, 'Layers[].Arn').length === 0 ? undefined : Layers,
        CodeSigningConfigArn: signing === '' ? undefined : signing,
        FunctionUrlConfigs:
          told.unread({ urls: 'FunctionUrlConfigs' }).length > 0
            ? undefined
            : told.replies('urls').flatMap((reply) => valuesAt(reply, 'FunctionUrlConfigs[]')),
        // What is known of a policy is less than the policy where a part of it could not be read.
        Policy: unread.includes('Policy')
          ? undefined
          : joined([...told.replies('policy'), ...told.replies('policies')]),
        Tags: told.unread({ tags: 'Tags' }).length > 0 ? undefined : (told.reply('tags')?.['Tags'] ?? {}),
      },
      [...new Set(unread)],
    );
  },
};

/**
 * One document of several policies, whose statements name the function, version or alias they are for. One that cannot be
 * taken apart stands for all of them, so that it is told rather than left out.
 */
function joined(replies: readonly RawRecord[]): unknown {
  const statements: unknown[] = [];
  for (const { Policy } of replies) {
    const parsed = typeof Policy === 'string' ? parseJson(Policy, { file: '', maxDepth: 64 }) : undefined;
    const document = parsed?.ok === true ? parsed.value : undefined;
    if (!isRecord(document)) return Policy;
    const { Statement } = document;
    for (const statement of Array.isArray(Statement) ? (Statement as readonly unknown[]) : [Statement]) {
      statements.push(withoutToken(statement));
    }
  }
  return replies.length === 0 ? undefined : { Version: '2012-10-17', Statement: statements };
}

const TOKEN = 'lambda:EventSourceToken';

/** The token of an event source may be a secret: that one is needed is kept, which one is not. */
function withoutToken(statement: unknown): unknown {
  if (!isRecord(statement) || !isRecord(statement['Condition'])) return statement;
  let found = false;
  const kept: Record<string, unknown> = {};
  for (const [operator, keys] of Object.entries(statement['Condition'])) {
    if (!isRecord(keys)) {
      kept[operator] = keys;
      continue;
    }
    const others = Object.entries(keys).filter(([key]) => key.toLowerCase() !== TOKEN.toLowerCase());
    if (others.length < Object.keys(keys).length) found = true;
    if (others.length > 0) kept[operator] = Object.fromEntries(others);
  }
  if (!found) return statement;
  const absent = isRecord(kept['Null']) ? kept['Null'] : {};
  return { ...statement, Condition: { ...kept, Null: { ...absent, [TOKEN]: 'false' } } };
}

/** Every version of every layer: each has a policy of its own. */
const LAYERS: ResourceRow = {
  type: 'AWS::Lambda::LayerVersion',
  service: 'lambda',
  scope: 'region',
  list: { command: 'ListLayers', action: 'lambda:ListLayers', paging: byMarker, items: 'Layers[]' },
  resources: () => [],
  children: [
    {
      type: 'AWS::Lambda::LayerVersion',
      service: 'lambda',
      scope: 'region',
      list: {
        command: 'ListLayerVersions',
        action: 'lambda:ListLayerVersions',
        input: (_, { LayerName }) => ({ LayerName }),
        paging: byMarker,
        items: 'LayerVersions[]',
      },
      details: [
        {
          name: 'policy',
          command: 'GetLayerVersionPolicy',
          action: 'lambda:GetLayerVersionPolicy',
          inputs: ({ Parent, Version }) => [
            { LayerName: isRecord(Parent) ? Parent['LayerName'] : undefined, VersionNumber: Version },
          ],
          none: NOT_FOUND,
        },
      ],
      resources: ({ LayerVersionArn }, told, place) =>
        listed(
          'AWS::Lambda::LayerVersion',
          LayerVersionArn,
          place,
          { LayerVersionArn, Policy: told.reply('policy')?.['Policy'] },
          told.unread({ policy: 'Policy' }),
        ),
    },
  ],
};

/** What is read of Lambda. */
export const LAMBDA_ROWS: readonly ResourceRow[] = [FUNCTIONS, LAYERS];
