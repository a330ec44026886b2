import type { AthenaPartitions, CollectPart } from '@keyreach/aws';
import { known, SourceFields } from './source-fields.ts';
import { UsageError } from './usage-error.ts';

/** What makes parts of a collection; given, since the AWS SDK is loaded only where it is needed. */
type UsageParts = Pick<
  typeof import('@keyreach/aws'),
  'athenaUsagePart' | 'lakeUsagePart' | 'lookupEventsPart' | 'trailDownloadPart'
>;

/** How a source of use is written on the command line, for help and errors. */
export const USAGE_SOURCES: readonly string[] = [
  'lookup-events[,days=N]',
  'lake,store=ARN[,days=N][,accounts=ID;ID]',
  'athena,table=DATABASE.TABLE,region=REGION[,trail=ARN][,workgroup=NAME][,output=s3://…][,day=COLUMN][,format=yyyy/MM/dd][,account-column=NAME][,days=N][,accounts=ID;ID]',
  'files,bucket=NAME,region=REGION,accounts=ID;ID[,prefix=PATH][,organization=o-…][,days=N]',
];

/**
 * The part of a collection that a source of use names, such as `lookup-events,days=30`.
 * @throws UsageError for a source or a field that is none; KeyreachError for values that cannot be used.
 */
export function usagePart(text: string, parts: UsageParts): CollectPart {
  const fields = new SourceFields(text, () => wrong(text));
  const take = (name: string): string | undefined => fields.take(name);
  const need = (name: string): string => fields.need(name);
  const days = () => fields.count('days', 'days');
  const accounts = () => known('accounts', take('accounts')?.split(';'));
  const make = (): CollectPart => {
    switch (fields.source) {
      case 'lookup-events':
        return parts.lookupEventsPart(days());
      case 'lake':
        return parts.lakeUsagePart({ eventDataStore: need('store'), ...days(), ...accounts() });
      case 'athena':
        return parts.athenaUsagePart({
          table: need('table'),
          region: need('region'),
          ...known('trail', take('trail')),
          ...known('workGroup', take('workgroup')),
          ...known('outputLocation', take('output')),
          ...known('partitions', partitions(take('day'), take('format'), take('account-column'), text)),
          ...days(),
          ...accounts(),
        });
      case 'files':
        return parts.trailDownloadPart({
          bucket: need('bucket'),
          region: need('region'),
          accounts: need('accounts').split(';'),
          ...known('prefix', take('prefix')),
          ...known('organizationId', take('organization')),
          ...days(),
        });
      default:
        throw wrong(text);
    }
  };
  const part = make();
  fields.end();
  return part;
}

function partitions(
  day: string | undefined,
  format: string | undefined,
  account: string | undefined,
  source: string,
): AthenaPartitions | undefined {
  if (format !== undefined && (day === undefined || (format !== 'yyyy/MM/dd' && format !== 'yyyy-MM-dd'))) {
    throw wrong(source);
  }
  if (day === undefined && account === undefined) return undefined;
  const written = format === 'yyyy-MM-dd' ? 'yyyy-MM-dd' : 'yyyy/MM/dd';
  return {
    ...(account === undefined ? {} : { account }),
    ...(day === undefined ? {} : { day: { column: day, format: written } }),
  };
}

function wrong(text: string): UsageError {
  return new UsageError([
    `cannot read the source of use \`${text}\`, write one of`,
    ...USAGE_SOURCES.map((one) => `  ${one}`),
  ]);
}
