import { CONDITIONAL, type ConditionRequest } from '@keyreach/core/authz';
import type { IdentityNode, Json } from '@keyreach/core/graph';
import { ANY } from './glob-token.ts';
import { policyVariables } from './policy-variables.ts';
import { principalKind } from './principal-kind.ts';
import type { Reading } from './reading.ts';
import { readings } from './readings.ts';

const { absent, atRequest } = readings;

/**
 * Value of a federation key `ISSUER:claim` (aws.md 1.12 and 2.2): from the `claims` of a federated subject, where the
 * subject's issuer is the key's. A claim is a text, a list of texts of which the token has one, or null for "not in the
 * token"; one that is not listed is known only from the token. The texts are written like the values of `StringLike`:
 * what a `*` or `?` stands for is up to the holder of the token, `${*}` is the character.
 */
export function claimReading({ principal }: ConditionRequest, issuer: string, claim: string): Reading {
  const { node } = principal;
  switch (principalKind(node)) {
    case 'federated-subject':
      break;
    case 'user':
    case 'root':
    case 'service':
    case 'public':
      return absent;
    default:
      // Some of these keys stay in the sessions of federated roles.
      return atRequest;
  }
  const own = issuerOf(node);
  if (own === undefined) return atRequest;
  if (own !== issuer && !(issuer === 'saml' && own.includes(':saml-provider/'))) return absent;
  const claims = node.attributes?.['claims'];
  if (!isObject(claims)) return readings.uncollected;
  for (const [name, value] of Object.entries(claims)) if (name.toLowerCase() === claim) return readingOf(value);
  return atRequest;
}

function isObject(json: Json | undefined): json is { readonly [key: string]: Json } {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}

/** Issuer of a subject in lower case without scheme, from its attribute or from an id `federated:<issuer>#<subject>`. */
function issuerOf(node: IdentityNode): string | undefined {
  const attribute = node.attributes?.['issuer'];
  let issuer: string | undefined;
  if (typeof attribute === 'string') issuer = attribute;
  else if (node.id.startsWith('federated:')) issuer = node.id.slice('federated:'.length).split('#')[0];
  if (issuer === undefined || issuer === '') return undefined;
  const lower = issuer.toLowerCase();
  return lower.startsWith('https://') ? lower.slice('https://'.length) : lower;
}

function readingOf(json: Json): Reading {
  if (json === null) return absent;
  if (typeof json === 'string') return textReading(json);
  if (typeof json === 'number' || typeof json === 'boolean') return readings.value(String(json));
  if (!Array.isArray(json) || !json.every((one): one is string => typeof one === 'string')) return atRequest;
  if (json.length === 0) return absent;
  return { state: 'either', readings: json.map(textReading), truth: CONDITIONAL };
}

function textReading(text: string): Reading {
  // A `${…}` that is none of the three characters is not known to be anything in particular.
  const tokens = policyVariables(text, true).map((part) => (typeof part === 'object' ? ANY : part));
  return tokens.every((token) => typeof token === 'string')
    ? readings.value(tokens.join(''))
    : { state: 'pattern', tokens };
}
