/**
 * Where the name of the service ends in an action or a pattern of actions: at the sign that does so with its provider
 * (`s3:GetObject`, `Microsoft.Storage/storageAccounts/read`, `storage.objects.get`); -1 where none is there.
 */
function endOfService(action: string): number {
  for (const sign of signs) {
    const at = action.indexOf(sign);
    if (at !== -1) return at;
  }
  return -1;
}

/** Names of services hold dots where a slash ends them, and neither where a colon does. */
const signs = [':', '/', '.'] as const;

/** The pattern of all actions of the service of an action, in lower case: `s3:*`, `storage.*`; `:*` where it names none. */
export function serviceOf(action: string): string {
  const at = endOfService(action);
  return at === -1 ? ':*' : `${action.slice(0, at + 1).toLowerCase()}*`;
}

/** The same for the name of a service alone, or a pattern; a bare name is one that a colon ends. */
export function servicePermission(service: string): string {
  return endOfService(service) === -1 ? `${service.toLowerCase()}:*` : serviceOf(service);
}

/** What {@link servicePermission} takes for the service of an action: `s3`, `storage.*`; undefined where it names none. */
export function serviceNameOf(action: string): string | undefined {
  const at = endOfService(action);
  if (at === -1) return undefined;
  return action[at] === ':' ? action.slice(0, at) : `${action.slice(0, at + 1)}*`;
}
