import { isRecord, MAX_JSON_DEPTH, parseJson } from '@keyreach/core/input';
import type { AzureMethod, FailedCall, FailureKind } from './azure-call.ts';

/** What a reply that is no success means (azure.md 4.1, 4.2, 4.4). */
export function failedReply(method: AzureMethod, status: number, text: string): FailedCall {
  const parsed = parseJson(text, { file: method.name, maxDepth: MAX_JSON_DEPTH });
  return failedBody(method, status, parsed.ok ? parsed.value : undefined);
}

/** The same of a reply that was read already, as those in a batch are. */
export function failedBody(method: AzureMethod, status: number, body: unknown): FailedCall {
  const error = isRecord(body) && isRecord(body['error']) ? body['error'] : {};
  const code = word(error['code']);
  return { method, kind: kindOf(status, code), error: code ?? `HTTP ${status}` };
}

/** Codes of a tenant without the licence that something takes; they come with 400 or 403. */
const UNLICENSED: ReadonlySet<string> = new Set([
  'AadPremiumLicenseRequired',
  'Authentication_RequestFromNonPremiumTenantOrB2CTenant',
  'Authentication_RequestFromUnsupportedUserRole_NonPremium',
]);

function kindOf(status: number, code: string | undefined): FailureKind {
  if (code !== undefined && UNLICENSED.has(code)) return 'unlicensed';
  if (status === 429) return 'throttled';
  if (status === 401) return 'expired';
  if (status === 403) return 'denied';
  if (status === 404) return 'not-found';
  if (status === 400) return 'invalid';
  return status === 408 || status >= 500 ? 'network' : 'other';
}

/** Codes of the API only: a message may repeat what was asked, or more. */
function word(value: unknown): string | undefined {
  return typeof value === 'string' && /^[\w.-]{1,80}$/.test(value) ? value : undefined;
}
