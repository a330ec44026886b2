/**
 * Permissions of methods whose entries may come without any (gcp.md 5.1, "permission used"). `none`: the method asks for no
 * permission, so its entries hide none.
 */
const METHOD_PERMISSIONS: Readonly<Record<string, string | 'none'>> = {
  GenerateAccessToken: 'iam.serviceAccounts.getAccessToken',
  GenerateIdToken: 'iam.serviceAccounts.getOpenIdToken',
  SignBlob: 'iam.serviceAccounts.signBlob',
  SignJwt: 'iam.serviceAccounts.signJwt',
  'google.iam.credentials.v1.IAMCredentials.GenerateAccessToken': 'iam.serviceAccounts.getAccessToken',
  'google.iam.credentials.v1.IAMCredentials.GenerateIdToken': 'iam.serviceAccounts.getOpenIdToken',
  'google.iam.credentials.v1.IAMCredentials.SignBlob': 'iam.serviceAccounts.signBlob',
  'google.iam.credentials.v1.IAMCredentials.SignJwt': 'iam.serviceAccounts.signJwt',
  'google.identity.sts.v1.SecurityTokenService.ExchangeToken': 'none',
};

/** The permission that calls of a method need; `none` where they need none, undefined where nobody knows. */
export function permissionOfMethod(method: string): string | 'none' | undefined {
  return Object.hasOwn(METHOD_PERMISSIONS, method) ? METHOD_PERMISSIONS[method] : undefined;
}
