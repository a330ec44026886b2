import type { NodeId, ScopeNode } from '@keyreach/core/graph';
import { awsCatalogue } from '../catalogue/action-catalogue.ts';
import { uncollectedId } from '../normalize/aws-ids.ts';
import { ARN_TEMPLATES } from '../normalize/resource-arns.ts';
import { INSTANCE_PROFILE_TYPE } from '../normalize/workload-roles.ts';
import { arnSegments } from './arn-segments.ts';

/** A type that has a placeholder wherever the resources of an account are not all listed. */
const RESOURCE_TYPE = 'AWS::Lambda::Function';

/**
 * Whether the input lists all that an account has of the kind of `resource` (aws.md 1.1): roles come with the authorization
 * details, everything else with the list of resources. Where one of them is not complete a placeholder stands for the rest.
 */
export function listsAll(resource: string, { attributes }: ScopeNode, has: (id: NodeId) => boolean): boolean {
  const accountId = attributes?.['accountId'];
  if (typeof accountId !== 'string' || attributes?.['collected'] !== true) return false;
  const service = arnSegments(resource)?.[2];
  const unlisted = attributes['unlistedTypes'];
  if (service === 'iam') {
    const profiles = Array.isArray(unlisted) && unlisted.includes(INSTANCE_PROFILE_TYPE);
    return !profiles && !has(uncollectedId(INSTANCE_PROFILE_TYPE, accountId));
  }
  if (!Array.isArray(unlisted)) return !has(uncollectedId(RESOURCE_TYPE, accountId));
  return !unlisted.some((type) => typeof type !== 'string' || mayBeOf(type, service));
}

/** Services in ARNs that are not the service in the name of the type. */
const ARN_SERVICES: Readonly<Record<string, string>> = {
  BedrockAgentCore: 'bedrock-agentcore',
  DevOpsAgent: 'aidevops',
  EMR: 'elasticmapreduce',
  EMRServerless: 'emr-serverless',
  ElasticLoadBalancingV2: 'elasticloadbalancing',
  MSK: 'kafka',
  MWAA: 'airflow',
  OpenSearchService: 'es',
};

/** Whether resources of a type may have ARNs of a service. */
function mayBeOf(type: string, service: string | undefined): boolean {
  const template = Object.hasOwn(ARN_TEMPLATES, type) ? ARN_TEMPLATES[type as keyof typeof ARN_TEMPLATES] : undefined;
  if (template !== undefined) return template.split(':', 3)[2] === service;
  const named = type.split('::', 2)[1] ?? '';
  const own = Object.hasOwn(ARN_SERVICES, named) ? ARN_SERVICES[named] : named.toLowerCase();
  // The ARNs of a type that nothing tells may be of any service.
  return own === undefined || own === service || awsCatalogue().service(own) === undefined;
}
