import { CATALOGUE_DATA } from './catalogue-data.ts';

/** What AWS says an action does, the column "access level" of the Service Authorization Reference. */
export type AccessLevel = 'list' | 'read' | 'write' | 'permissions-management' | 'tagging';

/** A resource type that an action works on; `type` is a key for {@link AwsCatalogue.resourceType} within the action's service. */
export interface CatalogueActionResourceType {
  readonly type: string;
  /**
   * AWS marks the type as required. That does not tell how several required types combine: `ec2:RunInstances` needs them all,
   * while `bedrock:InvokeModel` and `elasticloadbalancing:ModifyListenerAttributes` mean one of them. Optional types count only
   * where the call uses them.
   */
  readonly required: boolean;
  /** Condition keys that apply when the action is checked against a resource of this type, as written by AWS. */
  readonly conditionKeys: readonly string[];
}

/** One IAM action. A name that several services use (`GetObject` of `s3` and of `s3-outposts`) is an action of each. */
export interface CatalogueAction {
  /** Canonical spelling, `prefix:Name`; policies may write it in any case. */
  readonly name: string;
  /** Position in {@link AwsCatalogue.actions}; stable for one catalogue version only. */
  readonly index: number;
  /** Service prefix, in lower case. */
  readonly service: string;
  /** The decisive level: permissions management and tagging qualify a write, so they come before it. */
  readonly accessLevel: AccessLevel;
  /** All levels of the source, the decisive one first. */
  readonly accessLevels: readonly AccessLevel[];
  /**
   * The types the action supports, sorted by name. None required does not mean any resource will do: the action then needs
   * one of the optional types.
   */
  readonly resourceTypes: readonly CatalogueActionResourceType[];
  /** The action has no resource types: only the resource `*` can grant it. */
  readonly wildcardOnly: boolean;
  /** Condition keys of the action itself, as written by AWS (`aws:RequestTag/${TagKey}`); those of its types are on the types. */
  readonly conditionKeys: readonly string[];
}

/** A resource type of one service. */
export interface CatalogueResourceType {
  readonly service: string;
  readonly type: string;
  /** The first ARN template, with placeholders such as `${Partition}`, `${Region}`, `${Account}`; a few contain a literal `*`. */
  readonly arn: string;
  /** All ARN templates: a few types have two forms. */
  readonly arns: readonly string[];
  /** Condition keys that apply to resources of this type with every action. */
  readonly conditionKeys: readonly string[];
}

/** A service: everything behind one action prefix. */
export interface CatalogueService {
  /** Action prefix, in lower case. */
  readonly prefix: string;
  /** Name for people, for example `Amazon S3`. */
  readonly name: string;
  /** A contiguous part of {@link AwsCatalogue.actions}. */
  readonly actions: readonly CatalogueAction[];
  /** Sorted by type. */
  readonly resourceTypes: readonly CatalogueResourceType[];
}

/** The AWS action catalogue: a snapshot of the Service Authorization Reference. */
export interface AwsCatalogue {
  /** Version of the source data; written into results, since verdicts about wildcards depend on it. */
  readonly version: string;
  /** Date of the source data, `yyyy-mm-dd`. */
  readonly date: string;
  /** All actions, sorted by the code units of their lower-case name. */
  readonly actions: readonly CatalogueAction[];
  /** All services, in the order of their actions. */
  readonly services: readonly CatalogueService[];
  /** Finds `prefix:Name` in any case; `undefined` for a name the catalogue does not know, wildcards included. */
  action(name: string): CatalogueAction | undefined;
  /** Finds a service by its prefix, in any case. */
  service(prefix: string): CatalogueService | undefined;
  /** Finds a resource type by service prefix and exact type. */
  resourceType(service: string, type: string): CatalogueResourceType | undefined;
  /** Prefixes of the services whose resources a resource control policy can guard. */
  readonly rcpServices: ReadonlySet<string>;
}

let parsed: AwsCatalogue | undefined;

/**
 * The catalogue, parsed on first use and shared by all callers.
 *
 * @example
 * const catalogue = awsCatalogue();
 * catalogue.action('IAM:createaccesskey')?.name; // 'iam:CreateAccessKey'
 * catalogue.resourceType('iam', 'user')?.arn; // 'arn:${Partition}:iam::${Account}:user/${UserNameWithPath}'
 */
export function awsCatalogue(): AwsCatalogue {
  parsed ??= parse(CATALOGUE_DATA);
  return parsed;
}

const NONE: readonly never[] = [];

/** The letters of the text; the generator writes the decisive level of an action first. */
const LEVELS: ReadonlyMap<string, AccessLevel> = new Map([
  ['L', 'list'],
  ['R', 'read'],
  ['W', 'write'],
  ['T', 'tagging'],
  ['P', 'permissions-management'],
]);

/**
 * Reads the format described in `scripts/generate-catalogue.mjs`.
 *
 * INVARIANT: the text comes from the generator, which refuses data that the format cannot hold, and a test reads every record;
 * hence the assertions instead of error handling.
 */
function parse(text: string): AwsCatalogue {
  const keys: string[] = [];
  const keySets: (readonly string[])[] = [NONE];
  const actions: CatalogueAction[] = [];
  const byName = new Map<string, CatalogueAction>();
  const byType = new Map<string, CatalogueResourceType>();
  const services = new Map<string, CatalogueService>();
  const header = new Map<string, string>();
  const levelLists = new Map<string, readonly AccessLevel[]>();

  // The service the lines belong to. Its actions share their lists of types: most services have few distinct ones.
  let prefix = '';
  let resourceTypes: CatalogueResourceType[] = [];
  let serviceActions: CatalogueAction[] = [];
  let typeLists = new Map<string, readonly CatalogueActionResourceType[]>();

  const keySet = (number: string | undefined): readonly string[] => keySets[Number(number ?? 0)]!;

  const levelList = (letters: string): readonly AccessLevel[] => {
    const known = levelLists.get(letters);
    if (known !== undefined) return known;
    const list = [...letters].map((letter) => LEVELS.get(letter)!);
    levelLists.set(letters, list);
    return list;
  };

  const typeList = (references: string): readonly CatalogueActionResourceType[] => {
    const known = typeLists.get(references);
    if (known !== undefined) return known;
    const list = references.split(',').map((reference) => {
      const [number, set] = reference.split('.');
      const required = number!.endsWith('!');
      const { type } = resourceTypes[Number(required ? number!.slice(0, -1) : number)]!;
      return { type, required, conditionKeys: keySet(set) };
    });
    typeLists.set(references, list);
    return list;
  };

  for (const line of text.split('\n')) {
    const fields = line.split('|');
    const first = fields[0]!.slice(1);
    switch (line[0]) {
      case '#':
        header.set(first, fields[1]!);
        break;
      case '*':
        keys.push(first);
        break;
      case '&':
        keySets.push(first.split(' ').map((number) => keys[Number(number)]!));
        break;
      case '=':
        prefix = first;
        resourceTypes = [];
        serviceActions = [];
        typeLists = new Map();
        services.set(prefix, { prefix, name: fields[1]!, actions: serviceActions, resourceTypes });
        break;
      case ':': {
        const [, set, ...arns] = fields;
        const resourceType = { service: prefix, type: first, arn: arns[0]!, arns, conditionKeys: keySet(set) };
        resourceTypes.push(resourceType);
        byType.set(`${prefix}:${first}`, resourceType);
        break;
      }
      default: {
        const [name, letters, types = '', set] = fields;
        const accessLevels = levelList(letters!);
        const action: CatalogueAction = {
          name: `${prefix}:${name}`,
          index: actions.length,
          service: prefix,
          accessLevel: accessLevels[0]!,
          accessLevels,
          resourceTypes: types === '' ? NONE : typeList(types),
          wildcardOnly: types === '',
          conditionKeys: keySet(set),
        };
        actions.push(action);
        serviceActions.push(action);
        byName.set(action.name.toLowerCase(), action);
      }
    }
  }

  return {
    version: header.get('version')!,
    date: header.get('date')!,
    actions,
    services: [...services.values()],
    action: (name) => byName.get(name.toLowerCase()),
    service: (name) => services.get(name.toLowerCase()),
    resourceType: (service, type) => byType.get(`${service.toLowerCase()}:${type}`),
    rcpServices: new Set(header.get('rcp')!.split(' ')),
  };
}
