type Fields = Readonly<Record<string, unknown>>;

/** Fields of a record that tell who called what, when and with which result. None of them holds a secret. */
const KEPT = [
  'eventVersion',
  'eventTime',
  'eventSource',
  'eventName',
  'eventType',
  'eventCategory',
  'eventID',
  'awsRegion',
  'readOnly',
  'managementEvent',
  'errorCode',
  'recipientAccountId',
  'sharedEventID',
  'sessionCredentialFromConsole',
];
const KEPT_OF_IDENTITY = ['type', 'principalId', 'arn', 'accountId', 'accessKeyId', 'userName', 'invokedBy'];
const KEPT_OF_ISSUER = ['type', 'principalId', 'arn', 'accountId', 'userName'];
const KEPT_OF_RESOURCE = ['ARN', 'ARNPrefix', 'accountId', 'type'];

/** Texts of a request to S3 that name what it is about. */
const PLACES = ['bucketName', 'key'];
const ARN = /^arn:[a-z0-9-]{1,20}:[a-z0-9-]{1,40}:[a-z0-9-]{0,30}:[0-9]{0,12}:[!#-[\]-~]{1,2000}$/;

/** How deep requests are kept. */
const DEPTH = 32;

/**
 * A CloudTrail record with nothing in it but what rows of use are made of (`docs/usage-aws.md`): of a request the names
 * of its fields, ARNs, bucket and object, of a reply the id of the access key that it gave. Secrets, tokens, external ids, passwords and
 * environment variables are left out with all other texts. Undefined for what is no record.
 */
export function reducedRecord(record: unknown): Fields | undefined {
  if (!isFields(record)) return undefined;
  const { userIdentity, requestParameters: request, responseElements: reply, resources } = record;
  const opened = isFields(reply) && isFields(reply['credentials']) ? reply['credentials']['accessKeyId'] : undefined;
  const isS3 = record['eventSource'] === 's3.amazonaws.com' || record['eventSource'] === 's3';
  return {
    ...picked(record, KEPT),
    ...(isFields(userIdentity) ? { userIdentity: identity(userIdentity) } : {}),
    ...(isFields(request)
      ? { requestParameters: { ...inside(request, 0), ...(isS3 ? picked(request, PLACES) : {}) } }
      : {}),
    ...(typeof opened === 'string' ? { responseElements: { credentials: { accessKeyId: opened } } } : {}),
    ...(Array.isArray(resources)
      ? { resources: resources.map((resource) => (isFields(resource) ? picked(resource, KEPT_OF_RESOURCE) : null)) }
      : {}),
  };
}

function identity(given: Fields): Fields {
  const { sessionContext: context } = given;
  if (!isFields(context)) return picked(given, KEPT_OF_IDENTITY);
  const { sessionIssuer: issuer } = context;
  const sessionContext = isFields(issuer) ? { sessionIssuer: picked(issuer, KEPT_OF_ISSUER) } : {};
  return { ...picked(given, KEPT_OF_IDENTITY), sessionContext };
}

function inside(value: Fields, depth: number): Fields {
  return Object.fromEntries(Object.entries(value).map(([field, inner]) => [field, reducedValue(inner, depth + 1)]));
}

/** What is there stays there: ARNs as they are, any other text empty, any other value `true`. */
function reducedValue(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return ARN.test(value) ? value : '';
  if (typeof value !== 'object' || value === null) return value === null ? null : true;
  // What is deeper is there, and nobody looks at it.
  if (depth >= DEPTH) return true;
  return Array.isArray(value) ? value.map((item) => reducedValue(item, depth + 1)) : inside(value as Fields, depth);
}

/** Fields that are texts or truth values. */
function picked(given: Fields, names: readonly string[]): Fields {
  const entries = names.map((name) => [name, given[name]] as const);
  return Object.fromEntries(entries.filter(([, value]) => typeof value === 'string' || typeof value === 'boolean'));
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
