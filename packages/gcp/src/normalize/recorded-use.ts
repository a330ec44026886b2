import { addAuditObservations } from './audit-observations.ts';
import { addAuditUse } from './audit-use.ts';
import { addAuthentications } from './authentications.ts';
import { addPermissionInsights } from './permission-insights.ts';
import { RecordedPrincipals } from './recorded-principals.ts';
import type { RecordedUseContext } from './recorded-use-context.ts';

/** Adds what the input records of use, and what its sources could have seen (`docs/usage-gcp.md`, gcp.md 5). */
export function addRecordedUse(context: RecordedUseContext): void {
  const principals = new RecordedPrincipals(context.builder);
  addAuthentications(context, principals);
  addPermissionInsights(context, principals);
  for (const usage of context.input.auditUsage) {
    addAuditUse(usage, context.builder, principals);
    addAuditObservations(usage, context, principals);
  }
}
