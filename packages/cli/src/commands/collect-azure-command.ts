import type { AzureCloudName, AzureCollectPart } from '@keyreach/azure';
import { Command, Option } from 'commander';
import { AZURE_USAGE_SOURCES, azureUsagePart } from '../azure-usage-source.ts';
import type { CommonOptions } from '../command-context.ts';
import { readCount } from '../option-values.ts';
import { UsageError } from '../usage-error.ts';
import { runCollection } from './collection-run.ts';
import { type CommandHost, examples, jsonOption, strictOption } from './command-host.ts';

interface CollectAzureOptions extends CommonOptions {
  readonly output?: string;
  readonly tenant?: string;
  readonly managementGroup?: readonly string[];
  readonly subscription?: readonly string[];
  readonly cloud?: AzureCloudName;
  readonly concurrency: number;
  readonly refresh?: true;
  readonly usage?: readonly string[];
  readonly printPermissions?: 'json' | 'role' | true;
}

/** `keyreach collect azure`: reads a tenant of Microsoft Entra ID and Azure into a bundle. */
export function collectAzureCommand(host: CommandHost): Command {
  return new Command('azure')
    .description(
      'read a tenant of Entra ID, its management groups and subscriptions into a bundle; only calls that read',
    )
    .option('-o, --output <directory>', 'bundle to write, or to go on with')
    .option('--tenant <id>', 'tenant to sign in to (default: that of the credentials)')
    .option('--management-group <name>', 'only subscriptions below this group; may be given again', again)
    .option('--subscription <id>', 'only this subscription; may be given again', again)
    .addOption(
      new Option('--cloud <name>', 'cloud of the tenant')
        .choices(['public', 'usgovernment', 'china'])
        .default('public'),
    )
    .option('--concurrency <count>', 'calls at a time', readCount, 10)
    .option('--refresh', 'collect anew what the bundle holds already')
    .option('--usage <source>', 'also add up logs of this source; may be given again', again)
    .addOption(
      new Option('--print-permissions [form]', 'print the permissions it needs, or a custom role, and end').choices([
        'json',
        'role',
      ]),
    )
    .option(...jsonOption)
    .option(...strictOption)
    .addHelpText(
      'after',
      `
Credentials are those that DefaultAzureCredential finds: AZURE_TENANT_ID and AZURE_CLIENT_ID with a secret or
certificate, workload identity, a managed identity, or az login. The directory is always read as a whole.
Run the same command again to go on where it stopped.

Sources of use:
${AZURE_USAGE_SOURCES.map((source) => `  ${source}`).join('\n')}
${examples('collect azure -o bundle', 'collect azure -o bundle --management-group production', 'collect azure --print-permissions role')}`,
    )
    .action(async (_options: unknown, command: Command) => {
      const options = command.optsWithGlobals<CollectAzureOptions>();
      if (options.printPermissions !== undefined) await printPermissions(host, options.printPermissions, options.usage);
      else await collect(host, options);
    });
}

async function printPermissions(
  host: CommandHost,
  form: 'json' | 'role' | true,
  usage: readonly string[] | undefined,
): Promise<void> {
  const azure = await import('@keyreach/azure');
  const { azurePermissionsJson, azurePermissionsRole, azureRequiredPermissions } = azure;
  const needed = azureRequiredPermissions(partsWith(usage, azure));
  host.console.stdout.write(form === 'role' ? azurePermissionsRole(needed) : azurePermissionsJson(needed));
}

async function collect(host: CommandHost, options: CollectAzureOptions): Promise<void> {
  const { output, tenant, managementGroup, subscription, cloud, concurrency, refresh, usage } = options;
  if (output === undefined) throw new UsageError(['required option `-o, --output <directory>` not specified']);
  // Undocumented: for tests, and only for servers on this machine.
  const { KEYREACH_AZURE_ENDPOINT: endpoint } = process.env;
  await runCollection(host, { ...options, output }, async ({ now, signal, onProgress }) => {
    const azure = await import('@keyreach/azure');
    const { subscriptions, gaps, callsMade } = await azure.collectAzure({
      output,
      now,
      concurrency,
      signal,
      onProgress,
      parts: partsWith(usage, azure),
      ...(tenant === undefined ? {} : { tenant }),
      ...(managementGroup === undefined ? {} : { managementGroups: managementGroup }),
      ...(subscription === undefined ? {} : { subscriptions: subscription }),
      ...(cloud === undefined ? {} : { cloud }),
      ...(refresh === undefined ? {} : { refresh }),
      ...(endpoint === undefined || endpoint === '' ? {} : { endpoint }),
    });
    return { read: { subscriptions }, gaps, callsMade };
  });
}

/** What is always collected, and the sources of use that were asked for. */
function partsWith(
  usage: readonly string[] = [],
  azure: typeof import('@keyreach/azure'),
): readonly AzureCollectPart[] {
  return [...azure.AZURE_COLLECT_PARTS, ...usage.map((source) => azureUsagePart(source, azure))];
}

function again(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}
