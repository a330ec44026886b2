import { isRecord } from '@keyreach/core/input';
import { isAccountId } from '../bundle/arn.ts';
import type { AwsAccountInput } from '../bundle/aws-input.ts';
import type { ListedResource } from '../bundle/resource-list.ts';
import { nameInArn, parseArn, resourceId } from './aws-ids.ts';
import { ARN_TEMPLATES } from './resource-arns.ts';

/**
 * Node id of a listed resource: its ARN where that can be told, else its type, account and identifier. A region that
 * nothing tells is written `*`, so that patterns for any region match it.
 */
export function idOfResource(resource: ListedResource, account: AwsAccountInput): string {
  const { TypeName, Identifier, Properties } = resource;
  const last = lastSegment(TypeName);
  const given = [Identifier, Properties['Arn'], Properties[`${last}Arn`], Properties[`${last}ARN`]].find(isArn);
  if (given !== undefined) return given;
  return (
    arnOfIdentifier(TypeName, Identifier, regionOf(resource) ?? '*', account) ??
    resourceId(TypeName, account.accountId, Identifier)
  );
}

/**
 * ARN made from an identifier by the table of templates; undefined for a type without one, and where the ARN needs a
 * region that nothing tells.
 */
export function arnOfIdentifier(
  type: string,
  identifier: string,
  region: string | undefined,
  { accountId, partition }: AwsAccountInput,
): string | undefined {
  if (isArn(identifier)) return identifier;
  const queue = type === 'AWS::SQS::Queue' ? queueOfUrl(identifier) : undefined;
  const template = Object.hasOwn(ARN_TEMPLATES, type) ? ARN_TEMPLATES[type as keyof typeof ARN_TEMPLATES] : undefined;
  if (template === undefined) return undefined;
  const parts = identifier.split('|');
  const values: Readonly<Record<string, string | undefined>> = {
    partition,
    region: queue?.region ?? region,
    account: queue?.account ?? accountId,
    id: queue?.name ?? identifier,
    1: parts[0],
    2: parts[1],
  };
  let complete = true;
  const arn = template.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined) complete = false;
    return value ?? '';
  });
  // Names of parameters begin with a slash where they are paths; the ARN has one either way.
  return complete ? arn.replace(':parameter//', ':parameter/') : undefined;
}

/** Region of a resource: of its ARN, or as its properties say it. */
export function regionOf({ Identifier, Region, Properties }: ListedResource): string | undefined {
  const arn = [Identifier, Properties['Arn']].find(isArn);
  const inArn = arn === undefined ? '' : (parseArn(arn)?.region ?? '');
  if (inArn !== '') return inArn;
  const zone = Properties['AvailabilityZone'];
  const ofZone = typeof zone === 'string' ? /^([a-z]{2}(?:-[a-z]+)+-\d)[a-z]$/.exec(zone)?.[1] : undefined;
  return [Region, Properties['Region'], ofZone].find(
    (region): region is string => typeof region === 'string' && isRegion(region),
  );
}

/** Name for people: the one its properties give, the `Name` tag, or the end of the id. */
export function nameOfResource({ TypeName, Properties }: ListedResource, id: string): string {
  const given = [Properties[`${lastSegment(TypeName)}Name`], Properties['Name'], nameTag(Properties['Tags'])];
  return given.find((name): name is string => typeof name === 'string' && name !== '') ?? nameInArn(id);
}

/** The last part of a type name: `Function` of `AWS::Lambda::Function`. */
function lastSegment(type: string): string {
  return type.slice(type.lastIndexOf(':') + 1);
}

function nameTag(tags: unknown): unknown {
  if (!Array.isArray(tags)) return isRecord(tags) ? tags['Name'] : undefined;
  const tag = (tags as readonly unknown[]).find((candidate) => isRecord(candidate) && candidate['Key'] === 'Name');
  return isRecord(tag) ? tag['Value'] : undefined;
}

function isArn(text: unknown): text is `arn:${string}` {
  return typeof text === 'string' && parseArn(text) !== undefined;
}

function isRegion(text: string): boolean {
  return /^[a-z]{2}(-[a-z]+)+-\d$/.test(text);
}

/** A queue is identified by its URL: `https://sqs.eu-west-1.amazonaws.com/111122223333/jobs`. */
function queueOfUrl(
  text: string,
): { readonly region: string; readonly account: string; readonly name: string } | undefined {
  const [, region = '', account = '', name = ''] =
    /^https:\/\/sqs\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?\/(\d{12})\/([\w.-]+)$/.exec(text) ?? [];
  return isAccountId(account) ? { region, account, name } : undefined;
}
