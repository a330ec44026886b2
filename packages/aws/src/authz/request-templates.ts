import type { ScopeNode } from '@keyreach/core/graph';
import { type AwsCatalogue, awsCatalogue } from '../catalogue/action-catalogue.ts';
import { requiredAlternatives } from './resource-alternatives.ts';

/**
 * Resources a request for an action is checked against where the caller may pick them (aws.md 1.10): one entry for each
 * required resource type, or types of which a request names one, each with the ARN templates of the type, in which `*` stands for what the caller picks and
 * the account is that of `zone`. Without a required type, one entry with every optional type, and for list actions also
 * `*`, since they may name none. An action without resource types is checked against `*`; an unknown one gives `[]`.
 *
 * `s3:ListAllMyBuckets` has no resource types either, but `arn:aws:s3:::*` grants it. It is checked against
 * `arn:aws:s3:::`, which that pattern and wider ones match and no pattern that names a bucket.
 */
export function requestTemplates(name: string, zone: ScopeNode | undefined): readonly (readonly string[])[] {
  const catalogue = awsCatalogue();
  const action = catalogue.action(name);
  if (action === undefined) return [];
  const partition = attribute(zone, 'partition') ?? 'aws';
  if (action.name === 's3:ListAllMyBuckets') return [[`arn:${partition}:s3:::`]];
  if (action.resourceTypes.length === 0) return [['*']];

  const account = attribute(zone, 'accountId') ?? '*';
  const templates = (type: string): readonly string[] =>
    arnTemplates(catalogue, action.service, type, partition, account);
  const required = action.resourceTypes.filter((one) => one.required);
  if (required.length > 0) {
    const lists = requiredAlternatives(
      action.name,
      required.map(({ type }) => type),
    );
    return lists.map((types) => [...new Set(types.flatMap(templates))]);
  }
  const any = action.resourceTypes.flatMap(({ type }) => templates(type));
  return [[...new Set(action.accessLevel === 'list' ? [...any, '*'] : any)]];
}

function arnTemplates(
  catalogue: AwsCatalogue,
  service: string,
  type: string,
  partition: string,
  account: string,
): readonly string[] {
  const arns = catalogue.resourceType(service, type)?.arns ?? ['*'];
  return arns.map((arn) => filled(arn, partition, account));
}

/** Fills the placeholders of an ARN template. */
function filled(arn: string, partition: string, account: string): string {
  let text = '';
  let at = 0;
  for (;;) {
    const start = arn.indexOf('${', at);
    const end = start < 0 ? -1 : arn.indexOf('}', start);
    if (end < 0) break;
    text += arn.slice(at, start);
    const placeholder = arn.slice(start + 2, end);
    if (placeholder === 'Partition') text += partition;
    else text += placeholder === 'Account' ? account : '*';
    at = end + 1;
  }
  return text + arn.slice(at);
}

function attribute(zone: ScopeNode | undefined, name: string): string | undefined {
  const value = zone?.attributes?.[name];
  return typeof value === 'string' ? value : undefined;
}
