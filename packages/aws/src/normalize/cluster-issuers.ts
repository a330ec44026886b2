import type { ListedResource } from '../bundle/resource-list.ts';
import { valuesAt } from './property-path.ts';

/** Type of an EKS cluster. */
export const CLUSTER_TYPE = 'AWS::EKS::Cluster';

/** Issuers of the tokens of an EKS cluster, host and path; one in practice. None for a resource of another type. */
export function clusterIssuers({ TypeName, Properties }: ListedResource): readonly string[] {
  if (TypeName !== CLUSTER_TYPE) return [];
  return ['OpenIdConnectIssuerUrl', 'Identity.Oidc.Issuer']
    .flatMap((path) => valuesAt(Properties, path))
    .flatMap((url) => (typeof url === 'string' ? [url.replace(/^https:\/\//, '')] : []));
}
