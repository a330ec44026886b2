import { isRecord, MAX_JSON_DEPTH, parseJson, type RawRecord } from '@keyreach/core/input';
import { nameInArn } from '../../bundle/arn.ts';
import { valuesAt } from '../../normalize/property-path.ts';
import { RESOURCE_FACTS } from '../../normalize/resource-facts.ts';
import { RESOURCE_POLICY_SOURCES } from '../../normalize/resource-policies.ts';
import type { ResourceTypeName } from '../../normalize/workload-roles.ts';
import type { AccountCalls, AwsCall, AwsReply, FailedCall } from '../calls.ts';
import type { CloudControlType } from './cloud-control-types.ts';
import { listed, type Place } from './resources-file.ts';
import type { Found, Task } from './row-run.ts';

/** Errors by which Cloud Control says that it does not know a type, or not in a region, or cannot list or read it. */
const UNSUPPORTED: ReadonlySet<string> = new Set([
  'TypeNotFoundException',
  'UnsupportedActionException',
  'UnsupportedOperationException',
]);

/**
 * The resources of some types through Cloud Control: a list in each region, then each resource (aws.md 3.7). A type that is not
 * known in one region and is in another has no resources in the first; one that is known in none is one that cannot be listed.
 */
export class CloudControl {
  readonly #calls: AccountCalls;
  readonly #found: Found;
  readonly #types: readonly CloudControlType[];
  /** Types that were listed in some region. */
  readonly #listed = new Set<ResourceTypeName>();
  /** Types that Cloud Control did not know, or could not list. */
  readonly #unsupported = new Map<ResourceTypeName, FailedCall[]>();

  /** Whether a type in a region is known from elsewhere. */
  readonly #skips: (type: ResourceTypeName, region: string | undefined) => boolean;

  constructor(
    types: readonly CloudControlType[],
    calls: AccountCalls,
    found: Found,
    skips: (type: ResourceTypeName, region: string | undefined) => boolean,
  ) {
    this.#skips = skips;
    this.#types = types;
    this.#calls = calls;
    this.#found = found;
  }

  /** The tasks that list every type in every region. */
  tasks(): readonly Task[] {
    const { accountId, partition, regions } = this.#calls;
    return this.#types.flatMap((row) =>
      row.within !== undefined ? [] : regions.map((region) => () => this.#list(row, { accountId, partition, region })),
    );
  }

  /** To be called when all tasks are done: says which types could not be listed at all. */
  finish(): void {
    const { incomplete, problems } = this.#found;
    for (const { type } of this.#types) {
      const failures = this.#unsupported.get(type) ?? [];
      if (failures.length === 0) continue;
      const elsewhere = this.#listed.has(type) && failures.every(({ error }) => error === 'TypeNotFoundException');
      if (elsewhere) continue;
      incomplete.add(type);
      for (const failed of failures) problems.note(type, failed);
    }
    // What is listed for each resource of another type is as complete as the list of those.
    for (const { type, within } of this.#types)
      if (within !== undefined && incomplete.has(within.type)) incomplete.add(type);
    for (const { type, policy } of this.#types)
      if (policy !== undefined && incomplete.has(type)) incomplete.add(policy.type);
  }

  async #list(row: CloudControlType, place: Place, model?: RawRecord): Promise<readonly Task[]> {
    if (this.#skips(row.type, place.region)) {
      this.#listed.add(row.type);
      return [];
    }
    const input = {
      TypeName: row.type,
      ...(model === undefined ? {} : { ResourceModel: JSON.stringify(model) }),
    };
    const { replies, failed } = await this.#calls.pages(this.#call('ListResources', input, place), {
      reply: 'NextToken',
      request: 'NextToken',
    });
    if (failed === undefined) this.#listed.add(row.type);
    else if (UNSUPPORTED.has(failed.error)) this.#addUnsupported(row.type, failed);
    else if (failed.kind !== 'not-available') {
      this.#found.incomplete.add(row.type);
      this.#found.problems.note(row.type, failed, row.actions);
    }
    return replies
      .flatMap((reply) => valuesAt(reply, 'ResourceDescriptions[]'))
      .flatMap((description) => {
        const { Identifier, Properties } = isRecord(description) ? description : {};
        if (typeof Identifier !== 'string' || isOfAws(row, Identifier)) return [];
        return [() => this.#describe(row, Identifier, propertiesOf(Properties), place)];
      });
  }

  async #describe(row: CloudControlType, identifier: string, known: RawRecord, place: Place): Promise<readonly Task[]> {
    let properties: RawRecord | undefined = known;
    if (row.reads !== 'list') {
      const call = this.#call('GetResource', { TypeName: row.type, Identifier: identifier }, place);
      const result = await this.#calls.send(call);
      // Gone since it was listed.
      if (!result.ok && result.failed.kind === 'not-found' && !UNSUPPORTED.has(result.failed.error)) return [];
      properties = result.ok ? readProperties(result.reply) : undefined;
      if (properties === undefined) {
        // Which role it runs as is unknown, as it is of one that was not listed.
        this.#found.incomplete.add(row.type);
        const failed: FailedCall = result.ok ? { call, error: 'NoProperties', kind: 'other' } : result.failed;
        this.#found.problems.note(row.type, failed, row.actions);
      }
    }
    const kept = properties ?? known;
    this.#found.resources.push(
      ...listed(
        row.type,
        identifier,
        place,
        row.reads === 'list' ? namesOf(kept) : kept,
        properties === undefined ? unreadPaths(row.type, kept) : [],
      ),
    );
    const children = this.#types.filter(({ within }) => within?.type === row.type);
    return [
      ...(row.policy === undefined ? [] : [() => this.#policy(row, identifier, kept, place)]),
      ...children.flatMap((child): readonly Task[] => {
        const { property = '', from } = child.within ?? {};
        const [value] = from === undefined ? [identifier] : [...valuesAt(kept, from), nameInArn(identifier)];
        return [() => this.#list(child, place, { [property]: value })];
      }),
    ];
  }

  /** The policy of a resource, where that is a type of its own. One that could not be read is listed without its document. */
  async #policy(row: CloudControlType, identifier: string, known: RawRecord, place: Place): Promise<readonly Task[]> {
    const { policy } = row;
    if (policy === undefined) return [];
    const [named] = policy.from === undefined ? [identifier] : valuesAt(known, policy.from);
    if (typeof named === 'string') {
      const result = await this.#calls.send(
        this.#call('GetResource', { TypeName: policy.type, Identifier: named }, place),
      );
      if (!result.ok && result.failed.kind === 'not-found' && !UNSUPPORTED.has(result.failed.error)) return [];
      if (!result.ok) this.#found.problems.note(policy.type, result.failed, [policy.action]);
      const [text] = result.ok ? valuesAt(result.reply, 'ResourceDescription.Properties') : [];
      const read = { ...propertiesOf(text), [policy.names]: named };
      const unread = policy.document in read ? [] : [policy.document];
      this.#found.resources.push(...listed(policy.type, named, place, read, unread));
    } else {
      this.#found.resources.push(
        ...listed(policy.type, identifier, place, { [policy.names]: identifier }, [policy.document]),
      );
    }
    return [];
  }

  #addUnsupported(type: ResourceTypeName, failed: FailedCall): void {
    const known = this.#unsupported.get(type);
    if (known === undefined) this.#unsupported.set(type, [failed]);
    else known.push(failed);
  }

  #call(command: 'ListResources' | 'GetResource', input: RawRecord, { region }: Place): AwsCall {
    return {
      service: 'cloudcontrol',
      command,
      input,
      action: `cloudformation:${command}`,
      ...(region === undefined ? {} : { region }),
    };
  }
}

function isOfAws({ notOfAws }: CloudControlType, identifier: string): boolean {
  const name = identifier.toLowerCase();
  return notOfAws?.some((prefix) => name.startsWith(prefix)) === true;
}

/** Properties come as JSON text; what is none of it is as if the list told nothing. */
function propertiesOf(text: unknown): RawRecord {
  return parsedProperties(text) ?? {};
}

/** The properties in the reply to GetResource; undefined where it has none, or none that can be read: they are unknown then. */
function readProperties(reply: AwsReply): RawRecord | undefined {
  return parsedProperties(valuesAt(reply, 'ResourceDescription.Properties')[0]);
}

function parsedProperties(text: unknown): RawRecord | undefined {
  if (isRecord(text)) return text;
  if (typeof text !== 'string') return undefined;
  const parsed = parseJson(text, { file: '', maxDepth: MAX_JSON_DEPTH });
  return parsed.ok && isRecord(parsed.value) ? parsed.value : undefined;
}

/** What tells a resource from others: a list may give the rest of some as well, which may be data. */
function namesOf(properties: RawRecord): RawRecord {
  return Object.fromEntries(
    Object.entries(properties).filter(
      ([key, value]) => key === 'Tags' || (typeof value === 'string' && /(?:Arn|ARN|Id|Name)$/.test(key)),
    ),
  );
}

/** What the analysis reads of a type, and the properties do not tell. */
function unreadPaths(type: ResourceTypeName, properties: RawRecord): readonly string[] {
  const paths = [
    ...RESOURCE_POLICY_SOURCES.filter((source) => source.type === type).map(({ document }) => document),
    ...RESOURCE_FACTS.filter((fact) => fact.type === type).flatMap((fact) => fact.paths),
  ];
  return [...new Set(paths)].filter((path) => valuesAt(properties, path).length === 0);
}
