/** What records calls, as the beginning of a sentence that ends in "would tell". */
const NOTHING = 'nothing that Azure records';

/**
 * What would tell whether an action was used, as the beginning of a sentence that ends in "would tell" (azure.md 5, observability
 * rule).
 *
 * @example
 * azureUseToldBy('Microsoft.Compute/virtualMachines/write'); // 'the Activity Log of its subscription over the whole window'
 */
export function azureUseToldBy(action: string): string {
  const lower = action.toLowerCase();
  if (lower.startsWith('graph:'))
    return 'logs of calls of Microsoft Graph (MicrosoftGraphActivityLogs) over the whole window';
  if (lower.startsWith('app:')) return 'logs of the API itself';
  if (lower.startsWith('data:')) return 'diagnostic logs of the resource over the whole window';
  // Reads of either plane are in no log: neither the Activity Log nor the audit log has them.
  if (lower.endsWith('/read') || lower.endsWith('/*')) return NOTHING;
  if (lower.startsWith('microsoft.directory/')) return 'the audit log of Entra ID over the whole window';
  return 'the Activity Log of its subscription over the whole window';
}
