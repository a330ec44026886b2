import type { WireCall } from './wire-call.ts';

/**
 * Moto answers most lists of identities in one page. These are cut into pages here, the second of them empty: a page
 * without elements that has a token is legal.
 */
interface PagedCall {
  readonly service: string;
  readonly action: string;
  /** Names of the lists in the reply; they are paged as one, in this order. */
  readonly lists: readonly string[];
  /** Field of the request and, with JSON, of the reply that continues. */
  readonly token: string;
}

const pagedCalls: readonly PagedCall[] = [
  {
    service: 'iam',
    action: 'GetAccountAuthorizationDetails',
    lists: ['UserDetailList', 'GroupDetailList', 'RoleDetailList', 'Policies'],
    token: 'Marker',
  },
  { service: 'iam', action: 'ListUsers', lists: ['Users'], token: 'Marker' },
  { service: 'iam', action: 'ListRoles', lists: ['Roles'], token: 'Marker' },
  { service: 'iam', action: 'ListAccessKeys', lists: ['AccessKeyMetadata'], token: 'Marker' },
  { service: 'organizations', action: 'ListAccounts', lists: ['Accounts'], token: 'NextToken' },
  { service: 'organizations', action: 'ListAccountsForParent', lists: ['Accounts'], token: 'NextToken' },
  {
    service: 'organizations',
    action: 'ListOrganizationalUnitsForParent',
    lists: ['OrganizationalUnits'],
    token: 'NextToken',
  },
  { service: 'organizations', action: 'ListPolicies', lists: ['Policies'], token: 'NextToken' },
  { service: 'organizations', action: 'ListTargetsForPolicy', lists: ['Targets'], token: 'NextToken' },
];

/** How a call is paged, and at which of its elements the page begins. */
export interface PageRequest {
  readonly paged: PagedCall;
  /** Number of elements before the page. */
  readonly from: number;
  /** True for the page without elements. */
  readonly empty: boolean;
  /** The call as moto is to see it: without the token. */
  readonly forwarded: WireCall;
}

/** What page a call asks for; undefined for calls that are not cut into pages here. */
export function pageRequested(call: WireCall): PageRequest | undefined {
  const paged = pagedCalls.find(({ service, action }) => service === call.service && action === call.action);
  if (!paged) return undefined;
  const token = call.input[paged.token];
  const read = /^(empty|from)-([0-9]{1,6})$/.exec(typeof token === 'string' ? token : 'from-0');
  if (!read) throw new Error(`a token of \`${call.action}\` that was never given`);
  return { paged, from: Number(read[2]), empty: read[1] === 'empty', forwarded: withoutToken(call, paged.token) };
}

function withoutToken(call: WireCall, name: string): WireCall {
  const { [name]: _, ...input } = call.input;
  if (call.protocol === 'json') return { ...call, input, body: JSON.stringify(input) };
  const form = new URLSearchParams(call.body);
  form.delete(name);
  return { ...call, input, body: form.toString() };
}

/** Cuts the page that was asked for out of moto's whole reply. */
export function cutPage(request: PageRequest, body: string, protocol: WireCall['protocol'], size: number): string {
  return protocol === 'json' ? cutJson(request, body, size) : cutXml(request, body, size);
}

/** The token of the page after this one; undefined after the last. The second page is empty. */
function nextToken({ from, empty }: PageRequest, total: number, size: number): string | undefined {
  if (empty) return `from-${from}`;
  if (from + size >= total) return undefined;
  return from === 0 ? `empty-${size}` : `from-${from + size}`;
}

function cutJson(request: PageRequest, body: string, size: number): string {
  const reply = JSON.parse(body) as Record<string, unknown>;
  const [name = ''] = request.paged.lists;
  const elements = reply[name] as readonly unknown[];
  const token = nextToken(request, elements.length, size);
  const page = request.empty ? [] : elements.slice(request.from, request.from + size);
  return JSON.stringify({ ...reply, [name]: page, ...(token === undefined ? {} : { [request.paged.token]: token }) });
}

function cutXml(request: PageRequest, body: string, size: number): string {
  let before = 0;
  let cut = body.replace(/<Marker>[^<]*<\/Marker>|<Marker\s*\/>|<IsTruncated>[^<]*<\/IsTruncated>/g, '');
  for (const name of request.paged.lists) {
    const place = listIn(cut, name);
    if (!place) continue;
    const members = place.members.filter((member) => !isUnusedAwsPolicy(member));
    const kept = members.filter((_, index) => {
      const position = before + index;
      return !request.empty && position >= request.from && position < request.from + size;
    });
    before += members.length;
    cut = cut.slice(0, place.start) + kept.map(withPolicyName).join('') + cut.slice(place.end);
  }
  const token = nextToken(request, before, size);
  const rest =
    token === undefined
      ? '<IsTruncated>false</IsTruncated>'
      : `<IsTruncated>true</IsTruncated><Marker>${token}</Marker>`;
  const close = `</${request.paged.action}Result>`;
  const at = cut.lastIndexOf(close);
  if (at < 0) throw new Error(`a reply to \`${request.paged.action}\` without a result`);
  return cut.slice(0, at) + rest + cut.slice(at);
}

/** AWS gives only those of its own policies that the account has attached; moto gives all. */
function isUnusedAwsPolicy(member: string): boolean {
  return member.startsWith('<member><Arn>arn:aws:iam::aws:') && member.includes('<AttachmentCount>0</AttachmentCount>');
}

const policyArn = /^<member><Arn>([^<]+)<\/Arn>/;

/** The name and id of a policy, which AWS gives in this list and moto leaves out. */
function withPolicyName(member: string): string {
  const arn = policyArn.exec(member)?.[1];
  if (arn === undefined || member.includes('<PolicyName>')) return member;
  const name = arn.slice(arn.lastIndexOf('/') + 1);
  const id = `ANPA${Buffer.from(name).toString('hex').toUpperCase().slice(0, 16)}`;
  return `<member><PolicyName>${name}</PolicyName><PolicyId>${id}</PolicyId>${member.slice('<member>'.length)}`;
}

interface ListPlace {
  /** Where the content of the list begins and ends. */
  readonly start: number;
  readonly end: number;
  readonly members: readonly string[];
}

/** Finds a list of the result and its direct members. */
function listIn(body: string, name: string): ListPlace | undefined {
  const open = `<${name}>`;
  const at = body.indexOf(open);
  if (at < 0) return undefined;
  const start = at + open.length;
  const members: string[] = [];
  const tags = /<(\/?)member(\/?)>/g;
  let depth = 0;
  let memberStart = start;
  let end = start;
  tags.lastIndex = start;
  for (let tag = tags.exec(body); tag; tag = tags.exec(body)) {
    const closing = tag[1] === '/';
    if (depth === 0 && (closing || body.slice(end, tag.index).trim() !== '')) break;
    if (!closing) {
      if (depth === 0) memberStart = tag.index;
      if (tag[2] !== '/') depth += 1;
    } else depth -= 1;
    if (depth === 0) {
      end = tags.lastIndex;
      members.push(body.slice(memberStart, end));
    }
  }
  return { start, end, members };
}
