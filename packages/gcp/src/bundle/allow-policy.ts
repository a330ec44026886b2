import {
  EMPTY_LIST,
  isRecord,
  type Listed,
  type RawRecord,
  type Report,
  readList,
  readNestedStrings,
  requiredString,
} from '@keyreach/core/input';
import { readCondition } from './condition-field.ts';
import type { GcpAuditConfig, GcpBinding, GcpPolicy } from './gcp-input.ts';

/** Types of Data Access logs by the number that exports may have (gcp.md 4.2). */
const LOG_TYPES: ReadonlyMap<unknown, GcpAuditConfig['logs'][number]['type']> = new Map<
  unknown,
  GcpAuditConfig['logs'][number]['type']
>([
  [1, 'ADMIN_READ'],
  [2, 'DATA_WRITE'],
  [3, 'DATA_READ'],
  ['ADMIN_READ', 'ADMIN_READ'],
  ['DATA_READ', 'DATA_READ'],
  ['DATA_WRITE', 'DATA_WRITE'],
]);

/** Reads an allow policy as APIs and exports give it (gcp.md 1.7, 4.2). Bindings that cannot be read leave the list incomplete. */
export function readAllowPolicy(raw: RawRecord, where: string, report: Report): GcpPolicy {
  return {
    bindings: nested(raw, ['bindings'], where, report, readBinding),
    auditConfigs: nested(raw, ['auditConfigs', 'audit_configs'], where, report, readAuditConfig),
  };
}

function nested<T>(
  raw: RawRecord,
  keys: readonly string[],
  where: string,
  report: Report,
  read: (element: RawRecord, where: string, report: Report) => T | undefined,
): Listed<T> {
  const key = keys.find((one) => raw[one] !== undefined && raw[one] !== null);
  return key === undefined ? EMPTY_LIST : readList(raw[key], `${where}.${key}`, report, read);
}

function readBinding(raw: RawRecord, where: string, report: Report): GcpBinding | undefined {
  const role = requiredString(raw, 'role', where, report);
  const members = readNestedStrings(raw, 'members', where, report);
  const condition = readCondition(raw, 'condition', where, report);
  if (role === undefined || !members.complete || !condition.ok) return undefined;
  return {
    role,
    members: members.items,
    ...(condition.condition === undefined ? {} : { condition: condition.condition }),
  };
}

function readAuditConfig(raw: RawRecord, where: string, report: Report): GcpAuditConfig | undefined {
  const service = requiredString(raw, 'service', where, report);
  if (service === undefined) return undefined;
  const logs = nested(raw, ['auditLogConfigs', 'audit_log_configs'], where, report, readLogConfig);
  return logs.complete ? { service, logs: logs.items } : undefined;
}

function readLogConfig(raw: RawRecord, where: string, report: Report): GcpAuditConfig['logs'][number] | undefined {
  const type = LOG_TYPES.get(raw['logType'] ?? raw['log_type']);
  if (type === undefined) {
    report(`${where}.logType`, '`ADMIN_READ`, `DATA_WRITE` or `DATA_READ`');
    return undefined;
  }
  const key = isRecord(raw) && 'exempted_members' in raw ? 'exempted_members' : 'exemptedMembers';
  const exempted = readNestedStrings(raw, key, where, report);
  return exempted.complete ? { type, exemptedMembers: exempted.items } : undefined;
}
