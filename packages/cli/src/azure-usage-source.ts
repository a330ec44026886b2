import type { AzureCollectPart } from '@keyreach/azure';
import { known, SourceFields } from './source-fields.ts';
import { UsageError } from './usage-error.ts';

/** What makes parts of a collection; given, since the clients of Azure are loaded only where they are needed. */
type UsageParts = Pick<typeof import('@keyreach/azure'), 'logAnalyticsPart'>;

/** How a source of use of Azure is written on the command line, for help and errors. */
export const AZURE_USAGE_SOURCES: readonly string[] = [
  'log-analytics,workspace=ID[,days=N][,covers=/ or /subscriptions/ID;/subscriptions/ID]',
];

/**
 * The part of a collection that a source of use names, such as `log-analytics,workspace=ID`.
 * @throws UsageError for a source or a field that is none; KeyreachError for values that cannot be used.
 */
export function azureUsagePart(text: string, parts: UsageParts): AzureCollectPart {
  const fields = new SourceFields(text, () => wrong(text));
  if (fields.source !== 'log-analytics') throw wrong(text);
  const part = parts.logAnalyticsPart({
    workspace: fields.need('workspace'),
    ...fields.count('days', 'days'),
    ...known('covers', fields.take('covers')?.split(';')),
  });
  fields.end();
  return part;
}

function wrong(text: string): UsageError {
  return new UsageError([
    `cannot read the source of use \`${text}\`, write`,
    ...AZURE_USAGE_SOURCES.map((one) => `  ${one}`),
  ]);
}
