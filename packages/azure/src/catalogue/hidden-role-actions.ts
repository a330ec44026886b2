/** What the service of synchronisation lets its accounts do. Any one action of it stands for all of them (azure.md 3.4, entra-hybrid). */
const SYNCHRONISATION: readonly string[] = ['microsoft.directory/onPremisesSynchronization/basic/update'];

const HIDDEN: Readonly<Record<string, readonly string[]>> = {
  // Directory Synchronization Accounts
  'd29b2b05-8046-44ba-8758-1e26182fcf32': SYNCHRONISATION,
  // On Premises Directory Sync Account
  'a92aed5d-d78a-4d16-b381-09adb37eb3b0': SYNCHRONISATION,
};

/**
 * Actions that a built-in directory role has beside those that its definition tells, by its template id: services honour more of some roles
 * than the directory shows (azure.md 1.4, hidden roles).
 *
 * @example
 * hiddenRoleActions('d29b2b05-8046-44ba-8758-1e26182fcf32').length; // 1
 */
export function hiddenRoleActions(templateId: string): readonly string[] {
  const id = templateId.toLowerCase();
  return Object.hasOwn(HIDDEN, id) ? (HIDDEN[id] ?? []) : [];
}
