import type { GcpCollectPart } from '@keyreach/gcp';
import { known, SourceFields } from './source-fields.ts';
import { UsageError } from './usage-error.ts';

/** What makes parts of a collection; given, since the clients of Google are loaded only where they are needed. */
type UsageParts = Pick<typeof import('@keyreach/gcp'), 'bigQueryUsagePart' | 'logAnalyticsUsagePart'>;

/** How a source of use of Google Cloud is written on the command line, for help and errors. */
export const GOOGLE_USAGE_SOURCES: readonly string[] = [
  'bigquery,dataset=PROJECT.DATASET[,sink=organizations/ORG/sinks/NAME][,tables=daily][,project=ID][,location=EU][,days=N][,most-gib=N]',
  'log-analytics,view=PROJECT.DATASET._AllLogs[,project=ID][,location=EU][,days=N][,most-gib=N]',
];

/**
 * The part of a collection that a source of use names, such as `bigquery,dataset=shop.logs`.
 * @throws UsageError for a source or a field that is none; KeyreachError for values that cannot be used.
 */
export function googleUsagePart(text: string, parts: UsageParts): GcpCollectPart {
  const fields = new SourceFields(text, () => wrong(text));
  const query = () => ({
    ...known('project', fields.take('project')),
    ...known('location', fields.take('location')),
    ...fields.count('days', 'days'),
    ...fields.count('most-gib', 'mostGiB', 7),
  });
  const make = (): GcpCollectPart => {
    switch (fields.source) {
      case 'bigquery':
        return parts.bigQueryUsagePart({
          dataset: fields.need('dataset'),
          ...known('sink', fields.take('sink')),
          ...known('sharded', isDaily(fields.take('tables'), text)),
          ...query(),
        });
      case 'log-analytics':
        return parts.logAnalyticsUsagePart({ view: fields.need('view'), ...query() });
      default:
        throw wrong(text);
    }
  };
  const part = make();
  fields.end();
  return part;
}

/** A sink writes partitioned tables, or one for each day. */
function isDaily(text: string | undefined, source: string): true | undefined {
  if (text !== undefined && text !== 'daily' && text !== 'partitioned') throw wrong(source);
  return text === 'daily' ? true : undefined;
}

function wrong(text: string): UsageError {
  return new UsageError([
    `cannot read the source of use \`${text}\`, write one of`,
    ...GOOGLE_USAGE_SOURCES.map((one) => `  ${one}`),
  ]);
}
