/** Tenants of Microsoft whose applications are first-party ones (azure.md 2). */
const MICROSOFT_TENANTS: ReadonlySet<string> = new Set([
  'f8cdef31-a31e-4b4a-93e4-5f571e91255a',
  '72f988bf-86f1-41af-91ab-2d7cd011db47',
  'cdc5aeea-15c5-4db6-b079-fcadd2505dc2',
]);

/** App id of Microsoft Graph. */
export const MICROSOFT_GRAPH = '00000003-0000-0000-c000-000000000000';

/** App id of Azure AD Graph, which Microsoft Graph replaced. */
export const AZURE_AD_GRAPH = '00000002-0000-0000-c000-000000000000';

/** Whether a tenant is one of Microsoft's, by its id in any case. */
export function isMicrosoftTenant(tenant: string): boolean {
  return MICROSOFT_TENANTS.has(tenant.toLowerCase());
}
