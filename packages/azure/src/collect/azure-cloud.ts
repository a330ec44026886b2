import { KeyreachError } from '@keyreach/core/graph';
import type { Audience } from './azure-call.ts';

/** Clouds of Microsoft. */
export type AzureCloudName = 'public' | 'usgovernment' | 'china';

/** Hosts of one cloud. */
export interface AzureCloud {
  readonly hosts: Readonly<Record<Audience, string>>;
  /** Where tokens come from. */
  readonly login: string;
  /** URL of a server on this machine that stands for all of them; absent: the hosts themselves. */
  readonly endpoint?: string;
}

const CLOUDS: Readonly<Record<AzureCloudName, AzureCloud>> = {
  public: {
    hosts: { arm: 'management.azure.com', graph: 'graph.microsoft.com', logs: 'api.loganalytics.io' },
    login: 'https://login.microsoftonline.com',
  },
  usgovernment: {
    hosts: { arm: 'management.usgovcloudapi.net', graph: 'graph.microsoft.us', logs: 'api.loganalytics.us' },
    login: 'https://login.microsoftonline.us',
  },
  china: {
    hosts: {
      arm: 'management.chinacloudapi.cn',
      graph: 'microsoftgraph.chinacloudapi.cn',
      logs: 'api.loganalytics.azure.cn',
    },
    login: 'https://login.partner.microsoftonline.cn',
  },
};

const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost', '[::1]']);

/**
 * The hosts of a cloud. `endpoint`: a server that stands for them, which may only be on loopback: tokens go nowhere else in the clear.
 *
 * @throws KeyreachError `bad-option`.
 * @example
 * azureCloud('public').hosts.arm; // 'management.azure.com'
 */
export function azureCloud(name: AzureCloudName = 'public', endpoint?: string): AzureCloud {
  const cloud: AzureCloud | undefined = CLOUDS[name];
  if (cloud === undefined) {
    throw new KeyreachError('bad-option', `\`${String(name)}\` is no cloud; expected public, usgovernment or china`);
  }
  if (endpoint === undefined) return cloud;
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  const isBare = url?.pathname === '/' && url.search === '' && url.username === '' && url.password === '';
  if (url === undefined || url.protocol !== 'http:' || !LOOPBACK.has(url.hostname) || !isBare) {
    throw new KeyreachError('bad-option', 'the endpoint for Azure is no URL such as `http://127.0.0.1:8080`');
  }
  return { ...cloud, endpoint: url.origin };
}

/** The URL that a path of an API has in a cloud. */
export function urlIn({ hosts, endpoint }: AzureCloud, audience: Audience, path: string): string {
  return `${endpoint ?? `https://${hosts[audience]}`}${path}`;
}

/**
 * The path of a link that a reply gives to its next page; undefined for one that leads to another host: no token goes there.
 *
 * @example
 * pathIn(azureCloud(), 'arm', 'https://management.azure.com/subscriptions?$skiptoken=x'); // '/subscriptions?$skiptoken=x'
 */
export function pathIn({ hosts, endpoint }: AzureCloud, audience: Audience, link: string): string | undefined {
  if (link.length > 20_000 || !URL.canParse(link)) return undefined;
  const url = new URL(link);
  const isOwn = url.protocol === 'https:' && url.host.toLowerCase() === hosts[audience];
  if (!isOwn && url.origin !== endpoint) return undefined;
  return `${url.pathname}${url.search}`;
}
