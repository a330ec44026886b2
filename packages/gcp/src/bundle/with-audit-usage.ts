import type { Gap } from '@keyreach/core/graph';
import { AUDIT_FILES, type ReadAuditOptions, readAuditFiles } from '../usage/audit-files.ts';
import type { GcpAuditCoverage, GcpAuditUsage, GcpInput } from './gcp-input.ts';

/** What {@link withAuditUsage} takes. */
export interface AuditUsageOptions extends ReadAuditOptions {
  /**
   * What the files hold without exception (a sink that exports everything of a container). Absent: what the input says of
   * them, as use of the source `audit-logs` without rows.
   */
  readonly coverage?: readonly GcpAuditCoverage[];
}

/**
 * Reads the audit logs that an input only names, and adds the use they recorded to its `auditUsage`. A step of its own, since
 * logs may be large: without it nothing is known of them. To be called once, when all inputs are joined. Files with damaged
 * parts cover nothing.
 *
 * @throws What `readAuditFiles` throws.
 * @example
 * ```ts
 * const input = await withAuditUsage(await readGcpInput('./bundle'));
 * ```
 */
export async function withAuditUsage(
  input: GcpInput,
  { coverage, ...options }: AuditUsageOptions = {},
): Promise<GcpInput> {
  if (input.auditLogs.length === 0) return input;
  const declared = input.auditUsage.filter(isDeclaration);
  const { damaged, gaps, seen, ...usage } = await readAuditFiles(input.auditLogs, options);
  const covered = damaged.length === 0 ? (coverage ?? declared.flatMap((one) => one.coverage)) : [];
  const silent: Gap = {
    scope: usage.source,
    what: 'audit logs',
    why:
      damaged.length > 0
        ? 'some files could not be read as a whole, so that what is not in them proves nothing'
        : `nothing tells what is missing from the files (of ${seen.size} logs), so that what is not in them proves nothing`,
    fix: 'add up the logs in BigQuery or Log Analytics, with what they cover',
    kind: 'not-collected',
  };
  return {
    ...input,
    auditUsage: [...input.auditUsage.filter((one) => !isDeclaration(one)), { ...usage, coverage: covered }],
    gaps: [...input.gaps, ...gaps, ...(covered.length === 0 ? [silent] : [])],
  };
}

function isDeclaration({ source, rows }: GcpAuditUsage): boolean {
  return source === AUDIT_FILES && rows.length === 0;
}
