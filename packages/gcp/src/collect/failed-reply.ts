import { isRecord, MAX_JSON_DEPTH, parseJson } from '@keyreach/core/input';
import type { FailedCall, FailureKind, GoogleCall } from './google-call.ts';

/** What a reply that is no success means (gcp.md 4.1). */
export function failedReply(call: GoogleCall, status: number, text: string): FailedCall {
  const parsed = parseJson(text, { file: call.path, maxDepth: MAX_JSON_DEPTH });
  const error = parsed.ok && isRecord(parsed.value) ? parsed.value['error'] : undefined;
  return failedWith(call, status, isRecord(error) ? error : {});
}

function failedWith(call: GoogleCall, code: number, error: Readonly<Record<string, unknown>>): FailedCall {
  const details = Array.isArray(error['details']) ? (error['details'] as readonly unknown[]).filter(isRecord) : [];
  const info = details.find((detail) => word(detail['reason']) !== undefined);
  // Storage and Compute tell the reason in a list of their own.
  const [older] = Array.isArray(error['errors']) ? (error['errors'] as readonly unknown[]).filter(isRecord) : [];
  const reason = word(info?.['reason']) ?? word(older?.['reason']);
  const status = word(error['status']) ?? `HTTP ${code}`;
  const kind = kindOf(code, reason);
  const metadata = isRecord(info?.['metadata']) ? info['metadata'] : {};
  const consumer = metadata['consumer'];
  return {
    call,
    kind,
    error: reason === undefined || reason === status ? status : `${status} (${reason})`,
    ...(kind === 'disabled' ? { service: host(metadata['service']) ?? call.method.service } : {}),
    ...(kind === 'disabled' && typeof consumer === 'string' && /^projects\/[\w:.-]{1,100}$/.test(consumer)
      ? { consumer: consumer.slice('projects/'.length) }
      : {}),
  };
}

/** Reasons of quotas; some APIs give them with 403. */
const THROTTLED: ReadonlySet<string> = new Set([
  'RATE_LIMIT_EXCEEDED',
  'quotaExceeded',
  'rateLimitExceeded',
  'userRateLimitExceeded',
]);

function kindOf(code: number, reason: string | undefined): FailureKind {
  if (reason === 'SERVICE_DISABLED' || reason === 'accessNotConfigured') return 'disabled';
  if (reason !== undefined && THROTTLED.has(reason)) return 'throttled';
  if (code === 429) return 'throttled';
  if (code === 401) return 'expired';
  if (code === 403) return 'denied';
  if (code === 404) return 'not-found';
  if (code === 400) return 'invalid';
  return code === 408 || code >= 500 ? 'network' : 'other';
}

/** Names of the API only: a message may repeat what was asked, or more. */
function word(value: unknown): string | undefined {
  return typeof value === 'string' && /^\w{1,80}$/.test(value) ? value : undefined;
}

function host(value: unknown): string | undefined {
  return typeof value === 'string' && /^[\w.-]{1,100}$/.test(value) ? value : undefined;
}
