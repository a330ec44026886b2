import type { AthenaPartitions, CollectPart } from '@keyreach/aws';
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
  const [source = '', ...words] = text.split(',');
  const fields = new Map<string, string>();
  for (const word of words) {
    const [name = '', ...value] = word.split('=');
    if (value.length === 0 || fields.has(name)) throw wrong(text);
    fields.set(name, value.join('='));
  }
  const take = (name: string): string | undefined => {
    const value = fields.get(name);
    fields.delete(name);
    return value;
  };
  const need = (name: string): string => {
    const value = take(name);
    if (value === undefined || value === '') throw wrong(text);
    return value;
  };
  const known = <Name extends string, T>(name: Name, value: T | undefined) =>
    (value === undefined ? {} : { [name]: value }) as { readonly [Key in Name]?: T };
  const days = () => known('days', dayCount(take('days'), text));
  const accounts = () => known('accounts', take('accounts')?.split(';'));
  const make = (): CollectPart => {
    switch (source) {
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
  if (fields.size > 0) throw wrong(text);
  return part;
}

function dayCount(text: string | undefined, source: string): number | undefined {
  if (text === undefined) return undefined;
  if (!/^[1-9][0-9]{0,3}$/.test(text)) throw wrong(source);
  return Number(text);
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
