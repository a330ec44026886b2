import { isRecord, type RawRecord } from '@keyreach/core/input';
import type { AccountCalls, AwsCall, AwsReply, CallResult } from './calls.ts';
import type { CollectContext, CollectPart } from './part.ts';
import { RUN_AGAIN } from './part-calls.ts';

/** Passwords and API keys of single services, of all users at once. */
const serviceCredentials: CollectPart = {
  name: 'service-specific-credentials',
  what: 'service-specific credentials',
  file: 'iam/service-specific-credentials.json',
  actions: ['iam:ListServiceSpecificCredentials'],
  run: async (calls) => {
    const { replies, failed } = await calls.pages(iam('ListServiceSpecificCredentials', { AllUsers: true }), {
      reply: 'Marker',
      request: 'Marker',
    });
    if (failed !== undefined) calls.failed('service-specific credentials', failed);
    if (replies.length === 0) return undefined;
    const items = replies.flatMap((reply) => recordsIn(reply, 'ServiceSpecificCredentials'));
    return failed === undefined ? items : { ServiceSpecificCredentials: items, IsTruncated: true };
  },
};

/** OIDC and SAML providers, each with what the call about it says. */
const identityProviders: CollectPart = {
  name: 'identity-providers',
  what: 'identity providers',
  file: 'iam/identity-providers.json',
  actions: [
    'iam:GetOpenIDConnectProvider',
    'iam:GetSAMLProvider',
    'iam:ListOpenIDConnectProviders',
    'iam:ListSAMLProviders',
  ],
  run: async (calls) => {
    const OpenIDConnectProviders = await providers(
      calls,
      'OpenIDConnectProvider',
      'OpenIDConnectProviderList',
      'OpenIDConnectProviderArn',
    );
    const SAMLProviders = await providers(calls, 'SAMLProvider', 'SAMLProviderList', 'SAMLProviderArn');
    if (OpenIDConnectProviders === undefined && SAMLProviders === undefined) return undefined;
    return {
      ...(OpenIDConnectProviders === undefined ? {} : { OpenIDConnectProviders }),
      ...(SAMLProviders === undefined ? {} : { SAMLProviders }),
    };
  },
};

/** Undefined where the list could not be read. A provider of which no more is known is listed with its ARN. */
async function providers(
  calls: AccountCalls,
  kind: string,
  list: string,
  parameter: string,
): Promise<readonly RawRecord[] | undefined> {
  const listed = await calls.send(iam(`List${kind}s`, {}));
  if (!listed.ok) {
    calls.failed('identity providers', listed.failed);
    return undefined;
  }
  return calls.all(
    recordsIn(listed.reply, list).map((item) => async () => {
      const got = await calls.send(iam(`Get${kind}`, { [parameter]: item['Arn'] }));
      if (!got.ok) {
        calls.failed(`identity provider \`${String(item['Arn'])}\``, got.failed);
        return item;
      }
      // Keys of the provider are of no use here, and may be private ones that open assertions.
      const { SAMLMetadataDocument: _, PrivateKeyList: __, ...rest } = got.reply;
      return { ...item, ...rest };
    }),
  );
}

/** The report is made on request, at most every four hours, and takes seconds to minutes. */
const credentialReport: CollectPart = {
  name: 'credential-report',
  what: 'credential report',
  file: 'iam/credential-report.csv',
  actions: ['iam:GenerateCredentialReport', 'iam:GetCredentialReport'],
  run: async (calls, { clock }) => {
    const made = await generateReport(calls, clock);
    if (made === 'late') {
      calls.gap({ what: 'credential report', why: 'it was not ready in time', fix: RUN_AGAIN });
      return undefined;
    }
    // Whoever may not make one may still read one that is there; older than four hours it is refused.
    const got = await calls.send(iam('GetCredentialReport', {}));
    if (!got.ok) {
      calls.failed('credential report', made.ok ? got.failed : made.failed);
      return undefined;
    }
    const content = got.reply['Content'];
    if (content instanceof Uint8Array) return Buffer.from(content).toString('utf8');
    if (typeof content === 'string') return content;
    calls.gap({ what: 'credential report', why: 'iam GetCredentialReport gave no content' });
    return undefined;
  },
};

const FIRST_PAUSE = 1000;
const LONGEST_PAUSE = 15_000;
const PATIENCE = 10 * 60_000;

async function generateReport(calls: AccountCalls, clock: CollectContext['clock']): Promise<CallResult | 'late'> {
  const began = clock.milliseconds();
  for (let pause = FIRST_PAUSE; ; pause = Math.min(pause * 2, LONGEST_PAUSE)) {
    const result = await calls.send(iam('GenerateCredentialReport', {}));
    if (!result.ok || result.reply['State'] === 'COMPLETE') return result;
    if (clock.milliseconds() - began > PATIENCE) return 'late';
    await clock.sleep(pause);
  }
}

/** Parts of aws.md 3.2 that ask once for the account. */
export const IAM_ACCOUNT_PARTS: readonly CollectPart[] = [serviceCredentials, identityProviders, credentialReport];

function iam(command: string, input: RawRecord): AwsCall {
  return { service: 'iam', command, action: `iam:${command}`, input };
}

function recordsIn(reply: AwsReply, key: string): readonly RawRecord[] {
  const list = reply[key];
  return Array.isArray(list) ? (list as readonly unknown[]).filter(isRecord) : [];
}
