/** What the e-mail of a service account alone tells (gcp.md 1.5). */
export type ServiceAccountEmail =
  /** An account people make and own, in the project `projectId`. */
  | { readonly kind: 'user-managed'; readonly projectId: string }
  /** An account a service made in the customer's project. People own it: they may have keys of it and act as it. */
  | {
      readonly kind: 'default';
      readonly service: string;
      readonly projectId?: string;
      readonly projectNumber?: string;
    }
  /** An account of Google that serves `serves`; nobody has keys of it, code that runs in the service may act as it. */
  | {
      readonly kind: 'service-agent';
      /** Google's project or host that it is from, e.g. `gcp-sa-aiplatform-re`. */
      readonly producer: string;
      /** The API it belongs to; absent where the table does not know the producer. */
      readonly service?: string;
      /** Absent where the e-mail does not tell. */
      readonly serves?: ServedContainer;
    };

/** The project, folder or organization that a service agent serves. */
export interface ServedContainer {
  readonly kind: 'projects' | 'folders' | 'organizations';
  /** A number; for projects perhaps an id. */
  readonly id: string;
}

const SUFFIX = '.gserviceaccount.com';

/**
 * Projects of Google that service agents come from, beside all that begin with `gcp-sa-` or `gcp-ri-`, with the API they
 * belong to (gcp.md 1.5, 7.1; the list of service agents of Google's IAM documentation).
 */
const PRODUCERS: ReadonlyMap<string, string | undefined> = new Map([
  ['bigquery-encryption', 'bigquery.googleapis.com'],
  ['cloud-iot-accounts', 'cloudiot.googleapis.com'],
  ['cloud-memcache-sa', 'memcache.googleapis.com'],
  ['cloud-ml', 'ml.googleapis.com'],
  ['cloud-redis', 'redis.googleapis.com'],
  ['cloud-tpu', 'tpu.googleapis.com'],
  ['cloud-web-security-scanner', 'websecurityscanner.googleapis.com'],
  ['cloudcomposer-accounts', 'composer.googleapis.com'],
  ['cloudbuild', 'cloudbuild.googleapis.com'],
  ['compute-system', 'compute.googleapis.com'],
  ['container-analysis', 'containeranalysis.googleapis.com'],
  ['container-engine-robot', 'container.googleapis.com'],
  ['containerregistry', 'containerregistry.googleapis.com'],
  ['dataflow-service-producer-prod', 'dataflow.googleapis.com'],
  ['dataproc-accounts', 'dataproc.googleapis.com'],
  ['dlp-api', 'dlp.googleapis.com'],
  ['endpoints-portal', 'endpoints.googleapis.com'],
  ['firebase-rules', 'firebaserules.googleapis.com'],
  ['firebase-sa-management', 'firebase.googleapis.com'],
  ['gae-api-prod', 'appengineflex.googleapis.com'],
  ['gcf-admin-robot', 'cloudfunctions.googleapis.com'],
  ['genomics-api', 'genomics.googleapis.com'],
  ['gs-project-accounts', 'storage.googleapis.com'],
  ['remotebuildexecution', 'remotebuildexecution.googleapis.com'],
  ['security-center-api', 'securitycenter.googleapis.com'],
  ['serverless-robot-prod', 'run.googleapis.com'],
  ['service-consumer-management', 'serviceconsumermanagement.googleapis.com'],
  ['service-networking', 'servicenetworking.googleapis.com'],
  ['sourcerepo-service-accounts', 'sourcerepo.googleapis.com'],
  ['storage-transfer-service', 'storagetransfer.googleapis.com'],
]);

/** Producers of the form `gcp-sa-X` or `gcp-ri-X` whose X is not the name of their API. */
const GCP_PRODUCERS: ReadonlyMap<string, string> = new Map([
  ['aiplatform-cc', 'aiplatform.googleapis.com'],
  ['aiplatform-ft', 'aiplatform.googleapis.com'],
  ['aiplatform-re', 'aiplatform.googleapis.com'],
  ['aiplatform-vm', 'aiplatform.googleapis.com'],
  ['apigateway-mgmt', 'apigateway.googleapis.com'],
  ['artifactregistry', 'artifactregistry.googleapis.com'],
  ['bigquery-condel', 'bigqueryconnection.googleapis.com'],
  ['bigquerydatatransfer', 'bigquerydatatransfer.googleapis.com'],
  ['cloud-sql', 'sqladmin.googleapis.com'],
  ['cloud-trace', 'cloudtrace.googleapis.com'],
  ['devconnect', 'developerconnect.googleapis.com'],
  ['ekms', 'cloudkms.googleapis.com'],
  ['logging', 'logging.googleapis.com'],
  ['monitoring-notification', 'monitoring.googleapis.com'],
  ['osconfig', 'osconfig.googleapis.com'],
  ['osconfig-rollout', 'osconfig.googleapis.com'],
  ['scc-notification', 'securitycenter.googleapis.com'],
  ['vertex-agent', 'aiplatform.googleapis.com'],
  ['vertex-bp', 'aiplatform.googleapis.com'],
  ['vertex-eval', 'aiplatform.googleapis.com'],
  ['vertex-es', 'aiplatform.googleapis.com'],
  ['vertex-ex', 'aiplatform.googleapis.com'],
  ['vertex-mm', 'aiplatform.googleapis.com'],
  ['vertex-nb', 'aiplatform.googleapis.com'],
  ['vertex-op', 'aiplatform.googleapis.com'],
  ['vertex-rag', 'aiplatform.googleapis.com'],
  ['vertex-tune', 'aiplatform.googleapis.com'],
]);

/**
 * Reads the e-mail of a service account by its form alone; undefined for what is none. `isProjectNumber` tells numbers of
 * projects that are known: `service-N@producer` of such a number is an agent whatever its producer.
 *
 * @example
 * readServiceAccountEmail('app@my-p.iam.gserviceaccount.com'); // { kind: 'user-managed', projectId: 'my-p' }
 * readServiceAccountEmail('123-compute@developer.gserviceaccount.com')?.kind; // 'default'
 */
export function readServiceAccountEmail(
  email: string,
  isProjectNumber: (number: string) => boolean = () => false,
): ServiceAccountEmail | undefined {
  const text = email.toLowerCase();
  const at = text.lastIndexOf('@');
  if (at <= 0 || !text.endsWith(SUFFIX)) return undefined;
  const name = text.slice(0, at);
  const host = text.slice(at + 1, -SUFFIX.length);
  switch (host) {
    case 'developer': {
      const number = name.endsWith('-compute') ? name.slice(0, -'-compute'.length) : '';
      if (isNumber(number)) return { kind: 'default', service: 'compute.googleapis.com', projectNumber: number };
      return { kind: 'service-agent', producer: host };
    }
    case 'project':
      if (isNumber(name)) return { kind: 'default', service: 'compute.googleapis.com', projectNumber: name };
      return { kind: 'service-agent', producer: host };
    case 'appspot':
      return { kind: 'default', service: 'appengine.googleapis.com', projectId: projectIdOf(name) };
    case 'cloudbuild':
      return agent(host, 'cloudbuild.googleapis.com', name);
    case 'cloudservices':
      return agent(host, 'deploymentmanager.googleapis.com', name);
  }
  if (!host.endsWith('.iam')) return { kind: 'service-agent', producer: host };
  const project = host.slice(0, -'.iam'.length);
  if (project === '') return undefined;
  const tail = /^gcp-(?:sa|ri)-(.+)$/.exec(project)?.[1];
  if (tail !== undefined) {
    return agent(
      project,
      GCP_PRODUCERS.get(tail) ?? (/^[a-z]+$/.test(tail) ? `${tail}.googleapis.com` : undefined),
      name,
    );
  }
  if (PRODUCERS.has(project)) return agent(project, PRODUCERS.get(project), name);
  const number = /^service-(\d+)$/.exec(name)?.[1];
  if (number !== undefined && isProjectNumber(number)) return agent(project, undefined, name);
  return { kind: 'user-managed', projectId: projectIdOf(project) };
}

function agent(producer: string, service: string | undefined, name: string): ServiceAccountEmail {
  const serves = servedBy(name);
  return {
    kind: 'service-agent',
    producer,
    ...(service === undefined ? {} : { service }),
    ...(serves === undefined ? {} : { serves }),
  };
}

const KINDS: Readonly<Record<string, ServedContainer['kind']>> = {
  '': 'projects',
  p: 'projects',
  'project-': 'projects',
  f: 'folders',
  'folder-': 'folders',
  o: 'organizations',
  'org-': 'organizations',
};

/**
 * Whom the local part names: `service-N`, `service-org-O`, `service-folder-F`, `service-pN`, `pN-ID`, `bqcx-N-ID`, `project-N`,
 * `N` or `N-ID`.
 */
function servedBy(name: string): ServedContainer | undefined {
  const service = /^(?:service-(org-|folder-|project-|[pfo]|)|([pfo])|(?:bqcx|project)-|)(\d+)(?:-[\w-]*)?$/.exec(name);
  if (service === null) return undefined;
  const [, afterService, letter, id = ''] = service;
  const kind = KINDS[afterService ?? letter ?? ''];
  return kind === undefined ? undefined : { kind, id };
}

/** `p.example.com` in an e-mail stands for the domain-scoped project id `example.com:p`. */
function projectIdOf(name: string): string {
  const dot = name.indexOf('.');
  return dot < 0 ? name : `${name.slice(dot + 1)}:${name.slice(0, dot)}`;
}

function isNumber(text: string): boolean {
  return /^\d{1,30}$/.test(text);
}

/** E-mail of the default service account of Compute Engine of a project, by its number (gcp.md 1.5). */
export function computeDefaultEmail(projectNumber: string): string {
  return `${projectNumber}-compute@developer${SUFFIX}`;
}

/** E-mail of the default service account of App Engine of a project, by its id (gcp.md 1.5). */
export function appEngineDefaultEmail(projectId: string): string {
  const colon = projectId.indexOf(':');
  const name = colon < 0 ? projectId : `${projectId.slice(colon + 1)}.${projectId.slice(0, colon)}`;
  return `${name}@appspot${SUFFIX}`;
}

/** E-mail of the service account that builds ran as by default before 2024, by the number of the project (gcp.md 1.5). */
export function legacyBuildEmail(projectNumber: string): string {
  return `${projectNumber}@cloudbuild${SUFFIX}`;
}

/** E-mail of a service agent of a project, by Google's project it is from and the number of the project it serves (gcp.md 1.5). */
export function serviceAgentEmail(producer: string, projectNumber: string): string {
  const prefix = producer === 'storage-transfer-service' ? 'project-' : 'service-';
  return `${prefix}${projectNumber}@${producer}.iam${SUFFIX}`;
}
