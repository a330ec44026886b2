import type { GcpCollectPart } from '@keyreach/gcp';
import { Command, Option } from 'commander';
import type { CommonOptions } from '../command-context.ts';
import { GOOGLE_USAGE_SOURCES, googleUsagePart } from '../google-usage-source.ts';
import { readCount } from '../option-values.ts';
import { UsageError } from '../usage-error.ts';
import { runCollection } from './collection-run.ts';
import { type CommandHost, examples, jsonOption, strictOption } from './command-host.ts';

interface CollectGcpOptions extends CommonOptions {
  readonly output?: string;
  readonly organization?: readonly string[];
  readonly folder?: readonly string[];
  readonly project?: readonly string[];
  readonly quotaProject?: string;
  readonly concurrency: number;
  readonly refresh?: true;
  readonly usage?: readonly string[];
  readonly printPermissions?: 'json' | 'yaml' | true;
}

/** `keyreach collect gcp`: reads organizations, folders or projects of Google Cloud into a bundle. */
export function collectGcpCommand(host: CommandHost): Command {
  return new Command('gcp')
    .description('read Google Cloud organizations, folders or projects into a bundle; only calls that read')
    .option('-o, --output <directory>', 'bundle to write, or to go on with')
    .option('--organization <number>', 'only what is below this organization; may be given again', again)
    .option('--folder <number>', 'only what is below this folder; may be given again', again)
    .option('--project <id>', 'only this project; may be given again', again)
    .option('--quota-project <id>', 'project whose quota is used, where you sign in as a person')
    .option('--concurrency <count>', 'calls at a time', readCount, 10)
    .option('--refresh', 'collect anew what the bundle holds already')
    .option('--usage <source>', 'also add up audit logs of this source, which is paid; may be given again', again)
    .addOption(
      new Option('--print-permissions [form]', 'print the roles and permissions it needs and end').choices([
        'json',
        'yaml',
      ]),
    )
    .option(...jsonOption)
    .option(...strictOption)
    .addHelpText(
      'after',
      `
Credentials are the application default credentials: GOOGLE_APPLICATION_CREDENTIALS, or
gcloud auth application-default login. Without a scope everything they see is read.
Run the same command again to go on where it stopped.

Sources of use; a query that would read more than most-gib (default 1024) is not run:
${GOOGLE_USAGE_SOURCES.map((source) => `  ${source}`).join('\n')}
${examples('collect gcp -o bundle --organization 123456789012', 'collect gcp -o bundle --project shop-prod', 'collect gcp --print-permissions yaml')}`,
    )
    .action(async (_options: unknown, command: Command) => {
      const options = command.optsWithGlobals<CollectGcpOptions>();
      if (options.printPermissions !== undefined) await printPermissions(host, options.printPermissions, options.usage);
      else await collect(host, options);
    });
}

async function printPermissions(
  host: CommandHost,
  form: 'json' | 'yaml' | true,
  usage: readonly string[] | undefined,
): Promise<void> {
  const gcp = await import('@keyreach/gcp');
  const { gcpPermissionsJson, gcpPermissionsYaml, gcpRequiredPermissions } = gcp;
  const needed = gcpRequiredPermissions(partsWith(usage, gcp));
  host.console.stdout.write(form === 'yaml' ? gcpPermissionsYaml(needed) : gcpPermissionsJson(needed));
}

async function collect(host: CommandHost, options: CollectGcpOptions): Promise<void> {
  const { output, organization, folder, project, quotaProject, concurrency, refresh, usage } = options;
  if (output === undefined) throw new UsageError(['required option `-o, --output <directory>` not specified']);
  // Undocumented: for tests, and only for servers on this machine.
  const { KEYREACH_GOOGLE_ENDPOINT: endpoint } = process.env;
  await runCollection(host, { ...options, output }, async ({ now, signal, onProgress }) => {
    const gcp = await import('@keyreach/gcp');
    const { scopes, gaps, callsMade, bytesPaid } = await gcp.collectGcp({
      output,
      now,
      concurrency,
      signal,
      onProgress,
      parts: partsWith(usage, gcp),
      ...(organization === undefined ? {} : { organizations: organization }),
      ...(folder === undefined ? {} : { folders: folder }),
      ...(project === undefined ? {} : { projects: project }),
      ...(quotaProject === undefined ? {} : { quotaProject }),
      ...(refresh === undefined ? {} : { refresh }),
      ...(endpoint === undefined || endpoint === '' ? {} : { endpoint }),
    });
    return { read: { scopes }, gaps, callsMade, ...(bytesPaid === 0 ? {} : { bytesPaid }) };
  });
}

/** What is always collected, and the sources of use that were asked for. */
function partsWith(usage: readonly string[] = [], gcp: typeof import('@keyreach/gcp')): readonly GcpCollectPart[] {
  return [...gcp.GCP_COLLECT_PARTS, ...usage.map((source) => googleUsagePart(source, gcp))];
}

function again(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}
