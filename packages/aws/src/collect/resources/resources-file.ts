import type { RawRecord } from '@keyreach/core/input';
import type { ResourceTypeName } from '../../normalize/workload-roles.ts';

/** One resource as resources.json holds it: CloudFormation shape, or the service's own reply under its names. */
export interface ListedResourceObject {
  readonly TypeName: ResourceTypeName;
  /** ARN where the resource has one that the calls tell. */
  readonly Identifier: string;
  readonly Region?: string;
  readonly Properties: RawRecord;
  /** Paths in `Properties` that could not be read. */
  readonly Unknown?: readonly string[];
}

/** What resources.json holds of one account. */
export interface ResourcesFile {
  /** Sorted by type, identifier and region. */
  readonly ResourceDescriptions: readonly ListedResourceObject[];
  /** Types of which there may be more; sorted. */
  readonly IncompleteTypes: readonly string[];
}

/** Where a resource is. */
export interface Place {
  readonly accountId: string;
  readonly partition: string;
  /** Absent for what is not in any one region. */
  readonly region?: string;
}

/** A resource with the properties that have a value; `unknown`: paths that could not be read. */
export function listed(
  type: ResourceTypeName,
  identifier: unknown,
  { region }: Place,
  properties: RawRecord,
  unknown: readonly string[] = [],
): readonly ListedResourceObject[] {
  // A reply without the name of what it describes describes nothing.
  if (typeof identifier !== 'string' || identifier === '') return [];
  return [
    {
      TypeName: type,
      Identifier: identifier,
      ...(region === undefined ? {} : { Region: region }),
      Properties: Object.fromEntries(
        Object.entries(properties).filter(([, value]) => value !== undefined && value !== null),
      ),
      ...(unknown.length === 0 ? {} : { Unknown: unknown }),
    },
  ];
}

/** A reply with its own keys as CloudFormation writes them: `roleArn` as `RoleArn`. What is below them stays as it is. */
export function withCapitals(reply: RawRecord): RawRecord {
  return Object.fromEntries(
    Object.entries(reply).map(([key, value]) => [key.charAt(0).toUpperCase() + key.slice(1), value]),
  );
}
