import type { TrailCoverage } from './trail-usage.ts';

/** What event selectors let through. */
export type SelectedEvents = Pick<TrailCoverage, 'management' | 'excluded' | 'data'>;

type Fields = Readonly<Record<string, unknown>>;

/**
 * What a trail or an event data store records, from its selectors: the reply of GetEventSelectors or GetEventDataStore.
 * Only what is recorded without exception counts: a selector with a condition this does not know adds nothing. Of
 * management events those that are read and not written alone count as none.
 */
export function eventsOfSelectors(reply: Fields): SelectedEvents {
  const advanced = objects(reply['AdvancedEventSelectors']);
  const basic = objects(reply['EventSelectors']);
  const found = [...advanced.map(ofAdvanced), ...basic.map(ofBasic)];
  const management = ['all', 'write-only'].find((wanted) => found.some((one) => one.management === wanted));
  const telling = found.filter((one) => one.management === management);
  const [first, ...others] = telling;
  return {
    management: management === 'all' || management === 'write-only' ? management : 'none',
    excluded:
      management === undefined
        ? []
        : (first?.excluded ?? []).filter((source) => others.every((one) => one.excluded.includes(source))),
    data: [...new Set(found.flatMap((one) => one.data))].sort(),
  };
}

const NOTHING: SelectedEvents = { management: 'none', excluded: [], data: [] };

function ofAdvanced(selector: Fields): SelectedEvents {
  const fields = new Map(objects(selector['FieldSelectors']).map((field) => [field['Field'], field]));
  if (fields.size !== objects(selector['FieldSelectors']).length) return NOTHING;
  const category = only(fields.get('eventCategory'), 'Equals');
  fields.delete('eventCategory');
  if (category?.length !== 1) return NOTHING;
  if (category[0] === 'Management') {
    const readOnly = fields.has('readOnly') ? only(fields.get('readOnly'), 'Equals') : [];
    const excluded = fields.has('eventSource') ? only(fields.get('eventSource'), 'NotEquals') : [];
    fields.delete('readOnly');
    fields.delete('eventSource');
    if (fields.size > 0 || readOnly === undefined || excluded === undefined) return NOTHING;
    const both = readOnly.length === 0 || (readOnly.includes('true') && readOnly.includes('false'));
    if (!both && readOnly.join() !== 'false') return NOTHING;
    return { management: both ? 'all' : 'write-only', excluded: [...excluded].sort(), data: [] };
  }
  const types = only(fields.get('resources.type'), 'Equals');
  return category[0] === 'Data' && types !== undefined && fields.size === 1 ? { ...NOTHING, data: types } : NOTHING;
}

/** Values by which a selector of the older kind means every resource of a type. */
const EVERY: Readonly<Record<string, RegExp>> = {
  'AWS::S3::Object': /^arn:aws[a-z-]*:s3(:::)?$/,
  'AWS::Lambda::Function': /^arn:aws[a-z-]*:lambda$/,
  'AWS::DynamoDB::Table': /^arn:aws[a-z-]*:dynamodb$/,
};

function ofBasic(selector: Fields): SelectedEvents {
  const kind = selector['ReadWriteType'] ?? 'All';
  const asked = selector['IncludeManagementEvents'] !== false;
  const excluded = texts(selector['ExcludeManagementEventSources'] ?? []);
  const every = objects(selector['DataResources']).flatMap((resource) => {
    const { Type: type } = resource;
    const values = texts(resource['Values'] ?? []);
    const form = typeof type === 'string' && Object.hasOwn(EVERY, type) ? EVERY[type] : undefined;
    return typeof type === 'string' && values?.some((value) => form?.test(value)) === true ? [type] : [];
  });
  if ((kind !== 'All' && kind !== 'WriteOnly') || excluded === undefined) return NOTHING;
  return {
    management: asked ? (kind === 'All' ? 'all' : 'write-only') : 'none',
    excluded: [...excluded].sort(),
    data: kind === 'All' ? every : [],
  };
}

/** Values of a field selector that has this one condition; undefined where it has another one. */
function only(field: Fields | undefined, condition: string): readonly string[] | undefined {
  if (field === undefined) return undefined;
  const others = Object.entries(field).filter(
    ([name, value]) => name !== 'Field' && name !== condition && !(Array.isArray(value) && value.length === 0),
  );
  return others.some(([, value]) => value !== undefined) ? undefined : texts(field[condition]);
}

function texts(value: unknown): readonly string[] | undefined {
  return Array.isArray(value) && value.every((item) => typeof item === 'string') ? value : undefined;
}

function objects(value: unknown): readonly Fields[] {
  return Array.isArray(value) ? value.filter((item): item is Fields => typeof item === 'object' && item !== null) : [];
}
