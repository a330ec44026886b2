import type { CollectEvent, CollectOptions, CollectPart, ConfigAggregator } from '@keyreach/aws';
import { KeyreachError } from '@keyreach/core/graph';
import { printable } from '@keyreach/report';
import { Command, InvalidArgumentError, Option } from 'commander';
import { CommandContext, type CommonOptions } from '../command-context.ts';
import { exitCode } from '../exit-code.ts';
import { readCount } from '../option-values.ts';
import { type Progress, progressOn } from '../progress.ts';
import { UsageError } from '../usage-error.ts';
import { USAGE_SOURCES, usagePart } from '../usage-source.ts';
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

/** `keyreach collect aws`: reads a live organization into a bundle. */
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
  return new Command('collect').description('read a cloud into a bundle').addCommand(aws);
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
  const { output, strict, role, externalId, accounts, regions, concurrency, configAggregator, refresh, usage } =
    options;
  if (output === undefined) throw new UsageError(['required option `-o, --output <directory>` not specified']);
  const context = await CommandContext.open(host.console, options);
  const progress = progressOn(host.console.stderr, options.quiet !== true);
  const stop = new AbortController();
  const interrupt = (): void => stop.abort();
  process.once('SIGINT', interrupt);
  process.once('SIGTERM', interrupt);
  const asked: CollectOptions = {
    output,
    now: context.now,
    roleName: role,
    concurrency,
    signal: stop.signal,
    onProgress: (event) => show(progress, event),
    ...(externalId === undefined ? {} : { externalId }),
    ...(accounts === undefined ? {} : { accounts }),
    ...(regions === undefined ? {} : { regions }),
    ...(configAggregator === undefined ? {} : { configAggregator }),
    ...(refresh === undefined ? {} : { refresh }),
  };
  try {
    const aws = await import('@keyreach/aws');
    const parts = partsWith(usage, aws);
    const { accounts: read, gaps, callsMade } = await aws.collectAws({ ...asked, parts });
    progress.end();
    const result = { schema: 'keyreach-collect', schemaVersion: 1, now: context.now, accounts: read, callsMade, gaps };
    await context.answer(result, noLabels, () => {
      const told = gaps.map(
        ({ scope, what, why, fix }) => `  ${scope}: ${what}: ${why}${fix === undefined ? '' : `; ${fix}`}`,
      );
      const summary = `${output}: ${read.length} accounts, ${callsMade} calls, ${gaps.length} gaps`;
      return `${[summary, ...told.slice(0, mostGaps)].map(printable).join('\n')}\n${
        told.length > mostGaps ? `  and ${told.length - mostGaps} more in keyreach-bundle.json\n` : ''
      }`;
    });
    if (strict === true && gaps.length > 0) {
      context.say(`incomplete collection: ${gaps.length} gaps (--strict)`);
      host.finish(exitCode.incomplete);
    }
  } catch (error) {
    progress.end();
    if (!(error instanceof KeyreachError) || !stopped.has(error.code)) throw error;
    context.say(
      error.code === 'cancelled' ? 'stopped; run the same command again to go on where it stopped' : error.message,
    );
    host.finish(exitCode.incomplete);
  } finally {
    progress.end();
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', interrupt);
  }
}

/** Codes of errors after which the same command goes on. */
const stopped: ReadonlySet<string> = new Set(['cancelled', 'expired-credentials']);

const mostGaps = 20;

function show(progress: Progress, { account, part, done, total, callsMade, millisecondsLeft }: CollectEvent): void {
  const left = millisecondsLeft === undefined ? '' : `, about ${Math.ceil(millisecondsLeft / 1000)} s left`;
  progress.report(`${account} ${part}, ${callsMade} calls${left}: parts`, done, total);
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

function noLabels(id: string): { readonly name: string; readonly type: string } {
  return { name: id, type: '' };
}
