import {
  isRecord,
  isTruncated,
  type Listed,
  optionalTimestamp,
  type RawRecord,
  type Report,
  readList,
  readNestedList,
  requiredString,
} from '@keyreach/core/input';
import { parseArn } from './arn.ts';

/** Last attempt to use one tracked action. */
export interface TrackedAction {
  readonly ActionName: string;
  readonly LastAccessedTime?: string;
}

/** Last attempt to use one service that the principal's policies allow. */
export interface ServiceLastAccessed {
  readonly ServiceNamespace: string;
  readonly LastAuthenticated?: string;
  /** Null where AWS tracks no action of the service. */
  readonly TrackedActionsLastAccessed: Listed<TrackedAction> | null;
}

/** One finished last-accessed job. */
export interface LastAccessedReport {
  readonly arn: string;
  /** End of what the job could see. */
  readonly JobCompletionDate?: string;
  readonly services: Listed<ServiceLastAccessed>;
}

/** Reads service-last-accessed.json: GetServiceLastAccessedDetails replies by principal ARN (aws.md 3.2, 4.1). */
export function readServiceLastAccessed(raw: unknown, report: Report): Listed<LastAccessedReport> | undefined {
  if (!isRecord(raw)) {
    report('', 'an object of replies by principal ARN');
    return undefined;
  }
  const items: LastAccessedReport[] = [];
  let complete = true;
  for (const [arn, reply] of Object.entries(raw)) {
    const read = readReply(arn, reply, report);
    if (read === undefined) complete = false;
    else items.push(read);
  }
  return { items, complete };
}

function readReply(arn: string, reply: unknown, report: Report): LastAccessedReport | undefined {
  if (parseArn(arn)?.service !== 'iam') {
    report('a property name', 'the ARN of a user, group or role');
    return undefined;
  }
  const where = `\`${arn}\``;
  if (!isRecord(reply)) {
    report(where, 'an object');
    return undefined;
  }
  if (reply['JobStatus'] !== undefined && reply['JobStatus'] !== 'COMPLETED') {
    report(`${where}.JobStatus`, '`COMPLETED`; run the job again');
    return undefined;
  }
  const services = readList(reply['ServicesLastAccessed'], `${where}.ServicesLastAccessed`, report, readService);
  if (services.items.length === 0 && !services.complete) return undefined;
  const truncated = isTruncated(reply, report);
  const JobCompletionDate = optionalTimestamp(reply, 'JobCompletionDate', where, report);
  return {
    arn,
    ...(JobCompletionDate === undefined ? {} : { JobCompletionDate }),
    services: truncated ? { ...services, complete: false } : services,
  };
}

function readService(raw: RawRecord, where: string, report: Report): ServiceLastAccessed | undefined {
  const ServiceNamespace = requiredString(raw, 'ServiceNamespace', where, report);
  if (ServiceNamespace === undefined) return undefined;
  if (!isServicePrefix(ServiceNamespace)) {
    report(`${where}.ServiceNamespace`, 'a service prefix');
    return undefined;
  }
  const before = raw['LastAuthenticated'] ?? undefined;
  const LastAuthenticated = optionalTimestamp(raw, 'LastAuthenticated', where, report);
  // A date that cannot be read must not look like "never".
  if (before !== undefined && before !== '' && LastAuthenticated === undefined) return undefined;
  const tracked = raw['TrackedActionsLastAccessed'];
  return {
    ServiceNamespace,
    ...(LastAuthenticated === undefined ? {} : { LastAuthenticated }),
    TrackedActionsLastAccessed:
      tracked === undefined || tracked === null
        ? null
        : readNestedList(raw, 'TrackedActionsLastAccessed', where, report, readTrackedAction),
  };
}

function readTrackedAction(raw: RawRecord, where: string, report: Report): TrackedAction | undefined {
  const ActionName = requiredString(raw, 'ActionName', where, report);
  if (ActionName === undefined) return undefined;
  if (!/^[A-Za-z0-9_]{1,128}$/.test(ActionName)) {
    report(`${where}.ActionName`, 'the name of an action');
    return undefined;
  }
  const before = raw['LastAccessedTime'] ?? undefined;
  const LastAccessedTime = optionalTimestamp(raw, 'LastAccessedTime', where, report);
  if (before !== undefined && before !== '' && LastAccessedTime === undefined) return undefined;
  return { ActionName, ...(LastAccessedTime === undefined ? {} : { LastAccessedTime }) };
}

/** True for text that can be the part of an action before the colon. */
export function isServicePrefix(text: string): boolean {
  return /^[a-zA-Z0-9-]{1,64}$/.test(text);
}
