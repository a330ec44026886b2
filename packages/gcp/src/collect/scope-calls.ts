import type { Gap, NodeId } from '@keyreach/core/graph';
import { GCP, scopeId } from '../normalize/gcp-ids.ts';
import type { CallSender } from './call-sender.ts';
import type { FailedCall, GoogleCall, GoogleMethod } from './google-call.ts';
import type { ScopeCalls, ScopeNode } from './part.ts';

/** An API that is switched off in a project, so that the project has nothing of its kind. */
export interface DisabledService {
  /** Id of the project. */
  readonly project: string;
  readonly service: string;
}

/** Failures that may be gone next time. What does not exist, or is refused as a request, is an answer. */
const MAY_PASS: ReadonlySet<FailedCall['kind']> = new Set([
  'denied',
  'disabled',
  'expired',
  'network',
  'other',
  'throttled',
]);

/**
 * APIs whose things are there whether the API is switched on in the project or not: policies, tags, accounts, roles, the tree. Who
 * may not ask for them knows nothing of them.
 */
const GOVERNING: ReadonlySet<string> = new Set(
  ['cloudasset', 'cloudresourcemanager', 'iam', 'orgpolicy'].map((name) => `${name}.googleapis.com`),
);

/** The calls of one part about one owner, with what it could not read. */
export class PartCalls implements ScopeCalls {
  readonly #sender: CallSender;
  readonly #owner: ScopeNode;
  readonly #declared: ReadonlySet<GoogleMethod>;
  readonly #gaps: Gap[] = [];
  readonly #disabled: DisabledService[] = [];
  #again = false;
  #incomplete = false;

  /** `declared`: the methods that the part says it calls, whose permissions are what a caller is asked to grant. */
  constructor(sender: CallSender, owner: ScopeNode, declared: readonly GoogleMethod[]) {
    this.#sender = sender;
    this.#owner = owner;
    this.#declared = new Set(declared);
  }

  /** What was noted, in an order of its own. */
  get gaps(): readonly Gap[] {
    return [...this.#gaps].sort((left, right) => (JSON.stringify(left) < JSON.stringify(right) ? -1 : 1));
  }

  get disabled(): readonly DisabledService[] {
    return this.#disabled;
  }

  /** True where another run may read more. */
  get again(): boolean {
    return this.#again;
  }

  /** True where something is there, or may be, that was not read. */
  get incomplete(): boolean {
    return this.#incomplete;
  }

  async send(call: GoogleCall): ReturnType<ScopeCalls['send']> {
    return this.#sender.send(this.#checked(call));
  }

  async list(call: GoogleCall, field: string): ReturnType<ScopeCalls['list']> {
    return this.#sender.list(this.#checked(call), field);
  }

  async pages(call: GoogleCall, take: Parameters<ScopeCalls['pages']>[1]): ReturnType<ScopeCalls['pages']> {
    return this.#sender.pages(this.#checked(call), take);
  }

  #checked(call: GoogleCall): GoogleCall {
    const { name } = call.method;
    if (!this.#declared.has(call.method))
      throw new TypeError(`the part does not declare the method \`${name}\` it calls`);
    return call;
  }

  async listed(what: string, ...given: Parameters<ScopeCalls['list']>): ReturnType<ScopeCalls['listed']> {
    const { items, failed } = await this.list(...given);
    if (failed === undefined) return items;
    this.failed(what, failed);
    // Off in the project itself: there is nothing, which is an answer.
    return items.length > 0 || this.#isOff(failed) ? items : undefined;
  }

  gap(gap: Omit<Gap, 'scope' | 'kind'>): void {
    this.#gaps.push({ scope: ownerScope(this.#owner), ...gap, kind: 'not-collected' });
  }

  unread(gap: Omit<Gap, 'scope' | 'kind'>): void {
    this.#again = true;
    this.#incomplete = true;
    this.gap(gap);
  }

  failed(what: string, failed: FailedCall): void {
    if (MAY_PASS.has(failed.kind)) this.#again = true;
    if (this.#isOff(failed)) {
      const project = this.#owner.projectId ?? '';
      const service = failed.service ?? failed.call.method.service;
      if (!this.#disabled.some((one) => one.service === service)) this.#disabled.push({ project, service });
      this.gap({ what, why: `${service} is switched off in project \`${project}\`, which then usually has none` });
      return;
    }
    this.#incomplete = true;
    this.gap({ what, ...whyItFailed(failed) });
  }

  /** Off in the project that was asked about; off in the project that the caller's quota is of says nothing of this one. */
  #isOff({ kind, consumer, service, call }: FailedCall): boolean {
    const { projectId, name } = this.#owner;
    return (
      kind === 'disabled' &&
      !GOVERNING.has(service ?? call.method.service) &&
      projectId !== undefined &&
      (consumer === projectId || `projects/${consumer ?? ''}` === name)
    );
  }
}

/** Node that gaps of an owner are about; `gcp` for what is of no scope. */
export function ownerScope({ kind, name }: ScopeNode): NodeId {
  return name === 'all' ? GCP : scopeId(kind, name.slice(name.indexOf('/') + 1));
}

/** A failed call in words, with what to grant or to do where that is known. */
export function whyItFailed({ call, error, kind, service, consumer }: FailedCall): Pick<Gap, 'why' | 'fix'> {
  const { method } = call;
  const why = `${method.service} ${method.name} failed: ${error}`;
  switch (kind) {
    case 'denied': {
      const [first] = method.permissions;
      if (first === undefined) {
        const groups = 'give the caller the Workspace administrator role Groups Reader';
        return { why, ...(method.service === 'cloudidentity.googleapis.com' ? { fix: groups } : {}) };
      }
      const named = method.permissions.map((permission) => `\`${permission}\``).join(' and ');
      return { why, fix: `allow ${named}${method.role === undefined ? '' : `, for example by \`${method.role}\``}` };
    }
    case 'disabled': {
      const where = consumer === undefined ? 'the project whose quota is used' : `project \`${consumer}\``;
      return { why, fix: `switch ${service ?? method.service} on in ${where}, or name another with --quota-project` };
    }
    case 'throttled':
    case 'network':
    case 'expired':
      return { why, fix: 'run the same command again' };
    case 'not-found':
    case 'invalid':
    case 'other':
      return { why };
    default: {
      const never: never = kind;
      return never;
    }
  }
}
