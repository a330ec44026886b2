import type { CollectOptions, CollectPart, ConfigAggregator } from '@keyreach/aws';
import { Command, InvalidArgumentError, Option } from 'commander';
import type { CommonOptions } from '../command-context.ts';
import { readCount } from '../option-values.ts';
import { UsageError } from '../usage-error.ts';
import { USAGE_SOURCES, usagePart } from '../usage-source.ts';
import { collectAzureCommand } from './collect-azure-command.ts';
import { collectGcpCommand } from './collect-gcp-command.ts';
import { type CollectAnswer, runCollection } from './collection-run.ts';
import { type CommandHost, examples, jsonOption, strictOption } from './command-host.ts';

interface CollectCommandOptions extends CommonOptions {
  readonly output?: string;
  readonly role: string;
  readonly externalId?: string;
  readonly accounts?: readonly string[];
  readonly regions?: readonly string[];
  readonly concurrency: number;
  readonly configAggregator?: ConfigAggregator;
  readonly refresh?: true;
  readonly usage?: readonly string[];
  readonly printPermissions?: 'json' | 'cloudformation' | true;
}

/** `keyreach collect`: reads a live cloud into a bundle. */
export function collectCommand(host: CommandHost): Command {
  const aws = new Command('aws')
    .description('read an AWS organization, or one account, into a bundle; only calls that read')
    .option('-o, --output <directory>', 'bundle to write, or to go on with')
    .option('--role <name>', 'role to assume in each account but your own', 'KeyreachAudit')
    .option('--external-id <id>', 'external id that the role asks for')
    .option('--accounts <ids>', 'only these accounts, separated by commas', words)
    .option('--regions <names>', 'only these regions, separated by commas (default: all that are enabled)', words)
    .option('--concurrency <count>', 'calls at a time', readCount, 10)
    .option(
      '--config-aggregator <region/name>',
      'take resources from this AWS Config aggregator of your own account, as far as it has them',
      aggregatorOf,
    )
    .option('--refresh', 'collect anew what the bundle holds already')
    .option('--usage <source>', 'also collect recorded use from this source; may be given again', again)
    .addOption(
      new Option('--print-permissions [form]', 'print the policies it needs and end').choices([
        'json',
        'cloudformation',
      ]),
    )
    .option(...jsonOption)
    .option(...strictOption)
    .addHelpText(
      'after',
      `
Credentials and region are those of the AWS SDK: AWS_PROFILE, AWS_REGION, AWS_ENDPOINT_URL and the others.
Run the same command again to go on where it stopped.

Sources of use:
${USAGE_SOURCES.map((source) => `  ${source}`).join('\n')}
${examples('collect aws -o bundle', 'collect aws -o bundle --accounts 111122223333 --regions eu-west-1', 'collect aws --print-permissions cloudformation')}`,
    )
    .action(async (_options: unknown, command: Command) => {
      const options = command.optsWithGlobals<CollectCommandOptions>();
      if (options.printPermissions !== undefined) await printPermissions(host, options);
      else await collect(host, options);
    });
  return new Command('collect')
    .description('read a cloud into a bundle')
    .addCommand(aws)
    .addCommand(collectGcpCommand(host))
    .addCommand(collectAzureCommand(host));
}

async function printPermissions(
  host: CommandHost,
  { printPermissions: form, role, usage, configAggregator }: CollectCommandOptions,
): Promise<void> {
  const aws = await import('@keyreach/aws');
  const { CONFIG_AGGREGATOR_ACTIONS, permissionsJson, permissionsTemplate, requiredPermissions } = aws;
  const further = configAggregator === undefined ? [] : CONFIG_AGGREGATOR_ACTIONS;
  const needed = requiredPermissions(partsWith(usage, aws), role, further);
  host.console.stdout.write(form === 'cloudformation' ? permissionsTemplate(needed, role) : permissionsJson(needed));
}

async function collect(host: CommandHost, options: CollectCommandOptions): Promise<void> {
  const { output, role, externalId, accounts, regions, concurrency, configAggregator, refresh, usage } = options;
  if (output === undefined) throw new UsageError(['required option `-o, --output <directory>` not specified']);
  await runCollection(host, { ...options, output }, async ({ now, signal, onProgress }): Promise<CollectAnswer> => {
    const aws = await import('@keyreach/aws');
    const asked: CollectOptions = {
      output,
      now,
      roleName: role,
      concurrency,
      signal,
      onProgress,
      ...(externalId === undefined ? {} : { externalId }),
      ...(accounts === undefined ? {} : { accounts }),
      ...(regions === undefined ? {} : { regions }),
      ...(configAggregator === undefined ? {} : { configAggregator }),
      ...(refresh === undefined ? {} : { refresh }),
    };
    const { accounts: read, gaps, callsMade } = await aws.collectAws({ ...asked, parts: partsWith(usage, aws) });
    return { read: { accounts: read }, gaps, callsMade };
  });
}

/** What is always collected, and the sources of use that were asked for. */
function partsWith(usage: readonly string[] = [], aws: typeof import('@keyreach/aws')): readonly CollectPart[] {
  return [...aws.COLLECT_PARTS, ...usage.map((source) => usagePart(source, aws))];
}

function again(source: string, before: readonly string[] = []): readonly string[] {
  return [...before, source];
}

function aggregatorOf(text: string): ConfigAggregator {
  const [region = '', name = '', ...more] = text.split('/');
  if (region === '' || name === '' || more.length > 0) {
    throw new InvalidArgumentError('expected region/name, such as eu-west-1/organization');
  }
  return { region, name };
}

function words(text: string): readonly string[] {
  return text.split(',').flatMap((word) => (word.trim() === '' ? [] : [word.trim()]));
}
