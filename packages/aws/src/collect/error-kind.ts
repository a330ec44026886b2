import { isRecord } from '@keyreach/core/input';
import type { FailedCall } from './calls.ts';

/** Names of errors by what they mean; those of all protocols, with and without `Exception`. */
const KINDS: Readonly<Record<Exclude<FailedCall['kind'], 'other'>, readonly string[]>> = {
  denied: [
    'AccessDenied',
    'AccessDeniedException',
    'AccessDeniedForDependencyException',
    'AllAccessDisabled',
    'AuthorizationError',
    'AuthorizationErrorException',
    'Client.UnauthorizedOperation',
    'Forbidden',
    'ForbiddenException',
    'NotAuthorized',
    'UnauthorizedAccess',
    'UnauthorizedException',
    'UnauthorizedOperation',
  ],
  expired: [
    'CredentialsProviderError',
    'ExpiredToken',
    'ExpiredTokenException',
    'InvalidClientTokenId',
    'RequestExpired',
    'TokenProviderError',
    'TokenRefreshRequired',
  ],
  throttled: [
    'BandwidthLimitExceeded',
    'EC2ThrottledException',
    'PriorRequestNotComplete',
    'ProvisionedThroughputExceededException',
    'RequestLimitExceeded',
    'RequestThrottled',
    'RequestThrottledException',
    'SlowDown',
    'ThrottledException',
    'Throttling',
    'ThrottlingException',
    'TooManyRequestsException',
  ],
  'not-available': [
    'InvalidAction',
    'OptInRequired',
    'SubscriptionRequiredException',
    'TypeNotFoundException',
    'UnknownOperationException',
    'UnsupportedActionException',
    'UnsupportedOperation',
    'UnsupportedOperationException',
  ],
  'not-found': ['FeatureDisabledException', 'PolicyTypeNotEnabledException', 'ReportNotPresent'],
  network: [
    'AggregateError',
    'EAI_AGAIN',
    'ECONNABORTED',
    'ECONNREFUSED',
    'ECONNRESET',
    'EHOSTUNREACH',
    'ENETUNREACH',
    'ENOTFOUND',
    'EPIPE',
    'ETIMEDOUT',
    'InternalError',
    'InternalFailure',
    'InternalServerError',
    'InternalServerException',
    'InternalServiceError',
    'NetworkingError',
    'ServiceException',
    'ServiceFailure',
    'ServiceUnavailable',
    'ServiceUnavailableException',
    'TimeoutError',
  ],
};

const BY_NAME: ReadonlyMap<string, FailedCall['kind']> = new Map(
  Object.entries(KINDS).flatMap(([kind, names]) => names.map((name) => [name, kind as FailedCall['kind']] as const)),
);

/**
 * Name of an error as the API gives it, or the code of the system for a connection that failed. Never its message, which
 * may quote the request.
 */
export function errorName(error: unknown): string {
  if (!isRecord(error)) return 'UnknownError';
  const { name, code, Code } = error;
  // Systems say what became of a connection in `code`; the name is `Error` then.
  const names = name === 'Error' || name === 'TypeError' ? [code, Code, name] : [name, Code, code];
  const found = names.find((one) => typeof one === 'string' && /^[\w.:#-]{1,128}$/.test(one));
  return typeof found === 'string' ? found : 'UnknownError';
}

/** What sort of failure an error is, by its name and the status of the reply (aws.md 3.1 to 3.5, failure modes). */
export function errorKind(error: unknown): FailedCall['kind'] {
  const name = errorName(error);
  const known = BY_NAME.get(name);
  if (known !== undefined) return known;
  if (/^NoSuch|NotFound|NotPresent/.test(name)) return 'not-found';
  const metadata = isRecord(error) ? error['$metadata'] : undefined;
  const status = isRecord(metadata) ? metadata['httpStatusCode'] : undefined;
  if (name === 'UnknownError' && status === 403) return 'denied';
  if (status === 429) return 'throttled';
  return typeof status === 'number' && status >= 500 ? 'network' : 'other';
}

/** Services that every region has from its first day: where one of them has no name, it is names that fail. */
const EVERYWHERE: ReadonlySet<string> = new Set([
  'cloudformation',
  'cloudtrail',
  'config-service',
  'dynamodb',
  'ec2',
  'ecr',
  'ecs',
  'kms',
  'lambda',
  's3',
  's3-control',
  'secrets-manager',
  'sns',
  'sqs',
  'sts',
]);

/** Errors of a region that does not have the service, or of a network that is gone: asking another service tells which. */
export function mayLackService(error: unknown, service: string): boolean {
  return (
    !EVERYWHERE.has(service) &&
    ['ENOTFOUND', 'UnrecognizedClientException', 'UnrecognizedClient'].includes(errorName(error))
  );
}
