import { isRecord, type RawRecord } from '@keyreach/core/input';

/** Names of properties that hold a secret and nothing else. */
const SECRET =
  /^(?:\w{0,64}(?:passwords?|passwd|(?:access|api|auth|bearer|client|id|oauth|refresh|secret|security|session)token|secretkey|secretaccesskey|(?:client|shared|signing|webhook)secret|privatekey|apikey|basicauthcredentials|connectionstring)|secretstring|secretbinary|externalid)$/i;

/** Names of properties below which customers write text of their own, which may be anything. */
const FREE_TEXT: ReadonlySet<string> = new Set([
  'additionalinfo',
  'airflowconfigurationoptions',
  'args',
  'arguments',
  'baseprompttemplate',
  'body',
  'buildcommand',
  'buildspec',
  'clientcontext',
  'codecontent',
  'command',
  'configuration',
  'configurationproperties',
  'configurations',
  'connectorconfiguration',
  'containerarguments',
  'containerentrypoint',
  'content',
  'customheaders',
  'defaultarguments',
  'definition',
  'definitionstring',
  'definitionsubstitutions',
  'dockerlabels',
  'enrichmentparameters',
  'entrypoint',
  'env',
  'environment',
  'environmentproperties',
  'environmentvariables',
  'fields',
  'httpparameters',
  'hyperparameters',
  'input',
  'inputtemplate',
  'inputtransformer',
  'instruction',
  'instructions',
  'nonoverridablearguments',
  'oncreate',
  'onstart',
  'options',
  'optionsettings',
  'outputs',
  'parameterobjects',
  'parameters',
  'parametervalues',
  'payload',
  'pipelinedefinition',
  'pipelineparameterlist',
  'runtimeenvironmentvariables',
  'script',
  'serverlaunchparameters',
  'sourceparameters',
  'sql',
  'sqls',
  'startcommand',
  'stepproperties',
  'targetparameters',
  'taskinvocationparameters',
  'taskparameters',
  'templatebody',
  'userdata',
  'variables',
  'zipfile',
]);

/** In lists of free text: what tells the things apart, and is no value. In a map such a name is the customer's own. */
const NAMES: ReadonlySet<string> = new Set([
  'key',
  'name',
  'namespace',
  'optionname',
  'outputkey',
  'parameterkey',
  'type',
]);

/** Settings that name the role of a resource, in whatever list of settings it has. */
const ROLE_SETTINGS: ReadonlySet<string> = new Set(['IamInstanceProfile', 'ServiceRole', 'resourceRole', 'role']);

/** Text that services hold in base64. */
const ENCODED: ReadonlySet<string> = new Set(['content', 'userdata']);

const ACCESS_KEY = /(?<![A-Za-z0-9])(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Za-z0-9])/g;

/** A role or instance profile. */
const ROLE_ARN = /^arn:[\w-]{1,32}:iam::\d{12}:(?:role|instance-profile)\/[\x21-\x7e]{1,1024}$/;

/** Who signs in, in front of the host of a URL. */
const USER_INFO = /^([a-z][a-z0-9+]{1,15}:\/\/)[^/\s@]{1,1024}@/i;

/** No API nests as deep. */
const MOST_LEVELS = 64;

/** Longest text that is looked through. */
const MOST_TEXT = 1_048_576;

/**
 * Properties without what may be a secret: of environment variables, parameters, commands and other text of the customer
 * names are kept, access key ids in it (which say that a key is there), and roles; every other text is empty, and numbers are
 * left out.
 */
export function scrubProperties(properties: RawRecord): RawRecord {
  return scrubRecord(properties, false, false, 0);
}

/** `listed`: one of a list. */
function scrubRecord(record: RawRecord, free: boolean, listed: boolean, level: number): RawRecord {
  const kept: [string, unknown][] = [];
  const named =
    free && listed ? Object.entries(record).find(([key]) => /^(?:key|optionname)$/i.test(key))?.[1] : undefined;
  const isRole = typeof named === 'string' && ROLE_SETTINGS.has(named);
  for (const [key, value] of Object.entries(record)) {
    const name = key.toLowerCase();
    if (!free && SECRET.test(key.replaceAll(/[_-]/g, '')) && !isRecord(value)) continue;
    const stays = free && listed && (NAMES.has(name) || isRole);
    kept.push([
      key,
      stays && typeof value === 'string' ? value : scrub(value, name, free || FREE_TEXT.has(name), false, level + 1),
    ]);
  }
  return Object.fromEntries(kept);
}

function scrub(value: unknown, name: string, free: boolean, listed: boolean, level: number): unknown {
  if (level > MOST_LEVELS) return undefined;
  if (Array.isArray(value))
    return (value as readonly unknown[]).map((element) => scrub(element, name, free, true, level + 1));
  if (value instanceof Date || value instanceof Uint8Array) return free ? undefined : value;
  if (isRecord(value)) return scrubRecord(value, free, listed, level);
  if (typeof value === 'number') return free ? undefined : value;
  if (typeof value !== 'string') return value;
  if (!free) return value.replace(USER_INFO, '$1');
  if (ROLE_ARN.test(value)) return value;
  const encoded = ENCODED.has(name) ? decoded(value) : undefined;
  if (encoded === undefined) return keyIds(value);
  const ids = keyIds(encoded);
  return ids === '' ? '' : btoa(ids);
}

/** The ids of access keys in a text, one after the other. */
function keyIds(text: string): string {
  return [...new Set(text.slice(0, MOST_TEXT).match(ACCESS_KEY) ?? [])].join(' ');
}

function decoded(value: string): string | undefined {
  try {
    return atob(value.slice(0, MOST_TEXT));
  } catch {
    return undefined;
  }
}
