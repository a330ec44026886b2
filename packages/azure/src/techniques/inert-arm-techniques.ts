/** A row of azure.md 3.1 to 3.3 that leads to no identity or control by itself, and why. */
export interface InertArmTechnique {
  readonly slug: string;
  /** Why it is no technique, and where what it does counts instead. */
  readonly reason: string;
}

const DATA = 'gives data: a row of access';
const GUARD = 'takes a guard away that is no part of reach';

/** Rows without a technique of their own. With the techniques they are all rows, each once. */
export const inertArmTechniques: readonly InertArmTechnique[] = [
  {
    slug: 'arm-pim-policy',
    reason: 'roles somebody may activate count as conditional, whatever activation asks for',
  },
  { slug: 'arm-elevate', reason: 'who controls the directory controls the root of Azure, which lies below it' },
  { slug: 'arm-lock-delete', reason: GUARD },
  { slug: 'arm-entra-ds', reason: 'leads to a managed domain, whose objects are no nodes' },
  { slug: 'arm-bastion-link', reason: GUARD },
  { slug: 'arm-disk-copy', reason: DATA },
  { slug: 'arm-api-connection', reason: 'uses connections to services whose objects are no nodes' },
  { slug: 'arm-acr-push', reason: `${DATA}; which workload pulls which tag is in no list` },
  { slug: 'arm-deployment', reason: 'each resource of a template is authorised as the caller' },
  { slug: 'arm-restore', reason: DATA },
  { slug: 'arm-kv-read', reason: DATA },
  { slug: 'arm-kv-sign', reason: `${DATA}; of which application a key is the certificate is an edge of the graph` },
  { slug: 'arm-kv-deploy', reason: DATA },
  { slug: 'arm-storage-write', reason: 'switches keys on: counts as an alternative of arm-storage-key' },
  { slug: 'arm-storage-udk', reason: `${DATA}, by a signature that outlives the token` },
  { slug: 'arm-storage-user', reason: DATA },
  { slug: 'arm-storage-data', reason: DATA },
  { slug: 'arm-sql-admin', reason: DATA },
];
