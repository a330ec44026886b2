/** An issuer without scheme and closing slash, host in lower case, as other adapters write it. */
export function issuerName(issuer: string): string {
  const plain = issuer.trim();
  const colon = plain.indexOf('://');
  let end = plain.length;
  while (end > 0 && plain[end - 1] === '/') end -= 1;
  const name = plain.slice(colon < 0 ? 0 : colon + 3, Math.max(end, 0));
  const slash = name.indexOf('/');
  return slash < 0 ? name.toLowerCase() : name.slice(0, slash).toLowerCase() + name.slice(slash);
}

/** The tenant whose tokens an issuer gives, in lower case; undefined where it is no tenant of Entra ID (azure.md 2). */
export function tenantOfIssuer(issuer: string): string | undefined {
  const name = issuerName(issuer).toLowerCase();
  const [host, tenant, version, ...more] = name.split('/');
  if (tenant === undefined || tenant === '' || more.length > 0) return undefined;
  if (host === 'sts.windows.net') return version === undefined ? tenant : undefined;
  return host === 'login.microsoftonline.com' && (version === 'v2.0' || version === undefined) ? tenant : undefined;
}
