/**
 * Resource types of one service that the Service Authorization Reference marks as required side by side, of which a request
 * names only one (aws.md 1.10). `only`: the actions this holds for; `except`: those it does not; without either, all.
 */
interface Alternatives {
  readonly service: string;
  readonly types: readonly string[];
  readonly only?: readonly string[];
  readonly except?: readonly string[];
}

/** What a model is invoked by. */
const MODELS: readonly string[] = [
  'application-inference-profile',
  'async-invoke',
  'bedrock-marketplace-model-endpoint',
  'custom-model',
  'custom-model-deployment',
  'default-prompt-router',
  'foundation-model',
  'imported-model',
  'inference-profile',
  'project',
  'prompt-router',
  'provisioned-model',
  'system-tool',
];

export const RESOURCE_ALTERNATIVES: readonly Alternatives[] = [
  { service: 'arc-zonal-shift', types: ['ALB', 'NLB'] },
  {
    service: 'bedrock',
    types: MODELS,
    except: ['CreateInferenceProfile', 'UpdateCustomModelDeployment', 'UpdateProvisionedModelThroughput'],
  },
  // What is made or changed is one resource, the model it is of another.
  { service: 'bedrock', types: ['foundation-model', 'inference-profile'], only: ['CreateInferenceProfile'] },
  { service: 'bedrock', types: ['custom-model', 'foundation-model'], only: ['UpdateProvisionedModelThroughput'] },
  { service: 'bedrock', types: ['prompt', 'prompt-version'] },
  {
    service: 'bedrock',
    types: ['automated-reasoning-policy', 'automated-reasoning-policy-version'],
    except: ['ExportAutomatedReasoningPolicyVersion'],
  },
  { service: 'bedrock-agentcore', types: ['browser', 'browser-custom'] },
  { service: 'bedrock-agentcore', types: ['code-interpreter', 'code-interpreter-custom'] },
  { service: 'chime', types: ['app-instance-bot', 'app-instance-user'] },
  {
    service: 'clouddirectory',
    types: ['appliedSchema', 'developmentSchema', 'publishedSchema'],
    except: ['UpgradePublishedSchema'],
  },
  { service: 'comprehend', types: ['document-classifier', 'entity-recognizer'] },
  { service: 'comprehend', types: ['document-classifier-endpoint', 'entity-recognizer-endpoint'] },
  {
    service: 'connect',
    types: [
      'aws-managed-view',
      'customer-managed-view',
      'qualified-aws-managed-view',
      'qualified-customer-managed-view',
    ],
  },
  { service: 'connect', types: ['metric', 'qualified-metric'] },
  {
    service: 'connect',
    types: ['hierarchy-group', 'queue', 'routing-profile', 'user'],
    only: ['GetCurrentMetricData', 'GetCurrentUserData', 'GetMetricDataV2'],
  },
  { service: 'dataexchange', types: ['assets', 'entitled-assets'] },
  { service: 'dataexchange', types: ['data-sets', 'entitled-data-sets'] },
  { service: 'dataexchange', types: ['entitled-revisions', 'revisions'] },
  { service: 'drs', types: ['RecoveryInstanceResource', 'SourceServerResource'] },
  { service: 'elasticloadbalancing', types: ['listener-rule/app', 'listener-rule/net'] },
  { service: 'elasticloadbalancing', types: ['listener/app', 'listener/gwy', 'listener/net'] },
  { service: 'iam', types: ['group', 'policy', 'role', 'user'] },
  { service: 'iot', types: ['thing', 'thinggroup'], only: ['AssociateTargetsWithJob', 'CreateJob'] },
  { service: 'network-firewall', types: ['StatefulRuleGroup', 'StatelessRuleGroup'] },
  { service: 'organizations', types: ['organizationalunit', 'root'] },
  { service: 'ram', types: ['customer-managed-permission', 'permission'] },
  { service: 'rds', types: ['cluster', 'db'], only: ['DeregisterDBProxyTargets'] },
  { service: 's3-outposts', types: ['accesspoint', 'bucket'] },
  {
    service: 'sagemaker',
    types: ['action', 'artifact', 'context', 'experiment', 'experiment-trial-component'],
    only: ['AddAssociation', 'DeleteAssociation'],
  },
  {
    service: 'sagemaker',
    types: ['experiment-trial-component', 'training-job'],
    only: ['BatchGetMetrics', 'BatchPutMetrics'],
  },
  {
    service: 'ses',
    types: ['configuration-set', 'identity', 'template'],
    except: ['SendBulkEmail', 'SendBulkTemplatedEmail', 'SendTemplatedEmail'],
  },
  { service: 'ssm', types: ['instance', 'managed-instance'] },
  { service: 'states', types: ['execution', 'express'] },
  { service: 'states', types: ['maprun', 'statemachine'] },
];

/** Operations that name one resource, whatever its type: tags and resource policies. */
const ONE_RESOURCE =
  /^(?:addtags|removetags|(?:un)?tagresource|listtags(?:for|of)resource|listtags|changetagsforresource|(?:delete|describe|get|put)resourcepolicy)$/;

/**
 * Required resource types of an action, sorted into what each request must name: one type out of every list. `action` is the
 * full name, as the catalogue spells it.
 */
export function requiredAlternatives(action: string, required: readonly string[]): readonly (readonly string[])[] {
  const colon = action.indexOf(':');
  const [service, operation] = [action.slice(0, colon), action.slice(colon + 1)];
  if (ONE_RESOURCE.test(operation.toLowerCase())) return [required];
  const rows = RESOURCE_ALTERNATIVES.filter(
    (row) =>
      row.service === service && row.only?.includes(operation) !== false && row.except?.includes(operation) !== true,
  );
  const lists = new Map<string, string[]>();
  for (const type of required) {
    const row = rows.findIndex(({ types }) => types.includes(type));
    const key = row < 0 ? type : `row ${row}`;
    const list = lists.get(key);
    if (list === undefined) lists.set(key, [type]);
    else list.push(type);
  }
  return [...lists.values()];
}
