import {
  isRecord,
  type Listed,
  optionalString,
  optionalTimestamp,
  type RawRecord,
  type Report,
  readList,
  readNestedStrings,
  UNKNOWN_LIST,
} from '@keyreach/core/input';
import { parseArn } from './arn.ts';
import { type Tags, tagsOf } from './tags.ts';

/** An identity provider registered in the account. Neither metadata nor thumbprints are kept. */
export interface IdentityProvider {
  readonly Arn: string;
  readonly Url?: string;
  readonly ClientIDList?: Listed<string>;
  readonly CreateDate?: string;
  readonly ValidUntil?: string;
  readonly Tags: Tags | undefined;
}

/** identity-providers.json. */
export interface IdentityProviders {
  readonly oidc: Listed<IdentityProvider>;
  readonly saml: Listed<IdentityProvider>;
}

/** Reads identity-providers.json: `{ OpenIDConnectProviders, SAMLProviders }` (bundles.md, AWS). */
export function readIdentityProviders(raw: unknown, report: Report): IdentityProviders | undefined {
  if (!isRecord(raw) || !('OpenIDConnectProviders' in raw || 'SAMLProviders' in raw)) {
    report('', 'an object with `OpenIDConnectProviders` and `SAMLProviders`');
    return undefined;
  }
  const listed = (key: string, kind: string): Listed<IdentityProvider> => {
    if (!(key in raw)) {
      report(key, 'a list, empty if there are none');
      return UNKNOWN_LIST;
    }
    return readList(raw[key], key, report, (element, where) => readProvider(element, where, kind, report));
  };
  return { oidc: listed('OpenIDConnectProviders', 'oidc-provider/'), saml: listed('SAMLProviders', 'saml-provider/') };
}

function readProvider(raw: RawRecord, where: string, kind: string, report: Report): IdentityProvider | undefined {
  const arn = raw['Arn'] ?? raw['OpenIDConnectProviderArn'] ?? raw['SAMLProviderArn'];
  if (typeof arn !== 'string' || parseArn(arn)?.resource.startsWith(kind) !== true) {
    report(`${where}.Arn`, 'the ARN of an identity provider');
    return undefined;
  }
  const Url = optionalString(raw, 'Url', where, report);
  const CreateDate = optionalTimestamp(raw, 'CreateDate', where, report);
  const ValidUntil = optionalTimestamp(raw, 'ValidUntil', where, report);
  return {
    Arn: arn,
    ...(Url === undefined ? {} : { Url }),
    ...(raw['ClientIDList'] === undefined
      ? {}
      : { ClientIDList: readNestedStrings(raw, 'ClientIDList', where, report) }),
    ...(CreateDate === undefined ? {} : { CreateDate }),
    ...(ValidUntil === undefined ? {} : { ValidUntil }),
    Tags: raw['Tags'] === undefined ? undefined : tagsOf(raw['Tags'], `${where}.Tags`, report),
  };
}
