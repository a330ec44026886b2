import type { NodeId } from '@keyreach/core/graph';

/** Name of this adapter in graphs. */
export const GCP = 'gcp';

/** Everybody, signed in or not (`allUsers`). */
export const PUBLIC_ID: NodeId = 'public:gcp';

/** Whoever is signed in with a Google account or a service account, of whatever customer (`allAuthenticatedUsers`). */
export const AUTHENTICATED_ID: NodeId = 'public:gcp/authenticated';

/**
 * Id of a service account, from its e-mail alone, so that every input that names it names one node. The project in it is the
 * wildcard that the IAM API takes.
 *
 * @example
 * serviceAccountId('App@P.iam.gserviceaccount.com'); // '//iam.googleapis.com/projects/-/serviceAccounts/app@p.iam.gserviceaccount.com'
 */
export function serviceAccountId(email: string): NodeId {
  return `//iam.googleapis.com/projects/-/serviceAccounts/${email.toLowerCase()}`;
}

/** Id of a key of a service account. */
export function serviceAccountKeyId(email: string, keyId: string): NodeId {
  return `${serviceAccountId(email)}/keys/${keyId}`;
}

/** Id of a project (by number where known), folder or organization. */
export function scopeId(kind: 'projects' | 'folders' | 'organizations', id: string): NodeId {
  return `//cloudresourcemanager.googleapis.com/${kind}/${id}`;
}
