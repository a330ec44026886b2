import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CommandRun, keyreach } from './run-command.ts';

/**
 * Secrets are in inputs in places where nobody needs them: environment variables of functions, passwords beside their
 * users, bodies of keys, fields that a hand-made export adds. Each place here holds one; none may come out anywhere.
 */
const marker = ['Zq', 'Canary', 'Zq'].join('');
let planted = 0;

/** A text that looks like a secret and can be found again. Put together at run time, so that no scanner finds it here. */
function secret(): string {
  planted += 1;
  return `${marker}${planted}${'wJa/lrX+UtnF'.repeat(2)}`;
}

const account = '111122223333';
const role = `arn:aws:iam::${account}:role/worker`;
let directory: string;
let bundle: string;
let gcpBundle: string;
let azureBundle: string;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'keyreach-canary-'));
  bundle = join(directory, 'bundle');
  gcpBundle = join(directory, 'gcp-bundle');
  azureBundle = join(directory, 'azure-bundle');
  for (const [root, files] of [
    [bundle, bundleFiles()],
    [gcpBundle, gcpFiles()],
    [azureBundle, azureFiles()],
  ] as const) {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
  }
});
afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
});

/** One bundle with a secret in every file, in fields beside those that are read and inside what is wrong. */
function bundleFiles(): Readonly<Record<string, string>> {
  const iam = `accounts/${account}/iam`;
  const json = (value: unknown): string => JSON.stringify(value);
  return {
    'keyreach-bundle.json': json({
      format: 'keyreach-bundle/1',
      provider: 'aws',
      collectedAt: '2026-01-01T00:00:00Z',
      token: secret(),
      gaps: [{ secret: secret() }],
    }),
    'organization.json': json({
      Organization: {
        Id: 'o-example0001',
        Arn: `arn:aws:organizations::${account}:organization/o-example0001`,
        MasterAccountId: account,
        Secret: secret(),
      },
      Roots: [{ Secret: secret() }],
      Accounts: [{ Id: secret(), Arn: secret() }],
    }),
    [`${iam}/account-authorization-details.json`]: json({
      UserDetailList: [
        {
          UserName: 'ana',
          UserId: 'AIDAEXAMPLE',
          Path: '/',
          Arn: `arn:aws:iam::${account}:user/ana`,
          CreateDate: '2025-01-01T00:00:00Z',
          Password: secret(),
          UserPolicyList: [
            {
              PolicyName: 'broken',
              PolicyDocument: encodeURIComponent(`{"Version":"2012-10-17","Statement":[{"Effect": ${secret()}`),
            },
            {
              PolicyName: 'odd',
              PolicyDocument: {
                Version: '2012-10-17',
                Secret: secret(),
                Statement: [{ Effect: secret(), Action: '*', Resource: '*' }],
              },
            },
            {
              PolicyName: 'fine',
              PolicyDocument: {
                Version: '2012-10-17',
                Comment: secret(),
                Statement: [{ Effect: 'Allow', Action: '*', Resource: '*', Note: secret() }],
              },
            },
          ],
          GroupList: [],
          AttachedManagedPolicies: [],
          Tags: [],
        },
        { UserName: secret(), Arn: 17 },
      ],
      GroupDetailList: [],
      RoleDetailList: [
        {
          RoleName: 'worker',
          RoleId: 'AROAEXAMPLE',
          Path: '/',
          Arn: role,
          CreateDate: '2025-01-01T00:00:00Z',
          Secret: secret(),
          AssumeRolePolicyDocument: {
            Version: '2012-10-17',
            Statement: [
              {
                Effect: 'Allow',
                Principal: { Service: 'lambda.amazonaws.com' },
                Action: 'sts:AssumeRole',
                Secret: secret(),
              },
            ],
          },
          InstanceProfileList: [],
          RolePolicyList: [],
          AttachedManagedPolicies: [],
          Tags: [],
          RoleLastUsed: { LastUsedDate: secret() },
        },
      ],
      Policies: [],
      Secret: secret(),
    }),
    [`${iam}/credential-report.csv`]: `user,arn,password,password_enabled,mfa_active\nana,arn:aws:iam::${account}:user/ana,${secret()},${secret()},false\n"${secret()}`,
    [`${iam}/access-keys.json`]: json([
      {
        UserName: 'ana',
        AccessKeyId: ['AKIA', 'EXAMPLECANARY001'].join(''),
        SecretAccessKey: secret(),
        Status: 'Active',
        CreateDate: '2025-01-01T00:00:00Z',
        LastUsed: {},
      },
      { UserName: 'ana', AccessKeyId: secret(), Status: secret(), CreateDate: secret() },
    ]),
    [`${iam}/login-profiles.json`]: json([{ UserName: 'ana', Password: secret(), CreateDate: secret() }]),
    [`${iam}/mfa-devices.json`]: json([
      {
        UserName: 'ana',
        SerialNumber: `arn:aws:iam::${account}:mfa/ana`,
        Base32StringSeed: secret(),
        QRCodePNG: secret(),
      },
    ]),
    [`${iam}/signing-certificates.json`]: json([
      { UserName: 'ana', CertificateId: 'CERTIFICATEEXAMPLE', CertificateBody: secret(), Status: 'Active' },
    ]),
    [`${iam}/ssh-public-keys.json`]: json([
      { UserName: 'ana', SSHPublicKeyId: 'APKAEXAMPLE', SSHPublicKeyBody: secret(), Status: secret() },
    ]),
    [`${iam}/service-specific-credentials.json`]: json([
      {
        UserName: 'ana',
        ServiceSpecificCredentialId: 'ACCAEXAMPLE',
        ServicePassword: secret(),
        Status: 'Active',
        ServiceName: 'codecommit.amazonaws.com',
      },
    ]),
    [`${iam}/identity-providers.json`]: json({
      OpenIDConnectProviders: [
        {
          Arn: `arn:aws:iam::${account}:oidc-provider/example.com`,
          ClientSecret: secret(),
          ThumbprintList: [secret()],
        },
      ],
      SAMLProviders: [{ Arn: secret(), SAMLMetadataDocument: secret() }],
    }),
    [`${iam}/service-last-accessed.json`]: json({ [role]: { JobStatus: secret(), Secret: secret() }, [secret()]: {} }),
    [`accounts/${account}/identity-center.json`]: json({ Secret: secret() }),
    [`accounts/${account}/resources.json`]: json([
      {
        TypeName: 'AWS::Lambda::Function',
        Identifier: 'worker',
        Region: 'eu-central-1',
        Properties: {
          FunctionName: 'worker',
          Arn: `arn:aws:lambda:eu-central-1:${account}:function:worker`,
          Role: role,
          Environment: { Variables: { DB_PASSWORD: secret() } },
          Description: secret(),
        },
      },
      {
        TypeName: 'AWS::SecretsManager::Secret',
        Identifier: `arn:aws:secretsmanager:eu-central-1:${account}:secret:db-AbCdEf`,
        Properties: {
          Id: `arn:aws:secretsmanager:eu-central-1:${account}:secret:db-AbCdEf`,
          Name: 'db',
          SecretString: secret(),
          GenerateSecretString: secret(),
        },
      },
      {
        TypeName: 'AWS::EC2::Instance',
        Identifier: 'i-0example',
        Region: 'eu-central-1',
        Properties: { InstanceId: 'i-0example', UserData: secret() },
      },
      { TypeName: secret(), Identifier: secret(), Properties: secret() },
    ]),
    [`accounts/${account}/cloudtrail/2026/a.json`]: `{"Records":[{"eventName":"CreateAccessKey","responseElements":{"accessKey":{"secretAccessKey":"${secret()}"}}},`,
    [`accounts/${account}/notes.txt`]: secret(),
  };
}

const app = 'app@shop.iam.gserviceaccount.com';
const project = '//cloudresourcemanager.googleapis.com/projects/123';
const jane = { role: 'roles/owner', members: ['user:jane@example.com'] };

/** The same for Google Cloud. */
function gcpFiles(): Readonly<Record<string, string>> {
  const json = (value: unknown): string => JSON.stringify(value);
  const asset = (name: string, type: string, data: object, more: object = {}): string =>
    json({ name, asset_type: type, ancestors: ['projects/123', 'organizations/1'], resource: { data }, ...more });
  const key = `projects/shop/serviceAccounts/${app}/keys/0123456789abcdef0123456789abcdef01234567`;
  const deny = 'policies/cloudresourcemanager.googleapis.com%2Fprojects%2F123/denypolicies/d';
  const boundary = 'organizations/1/locations/global/principalAccessBoundaryPolicies/p';
  return {
    'keyreach-bundle.json': json({
      format: 'keyreach-bundle/1',
      provider: 'gcp',
      token: secret(),
      gaps: [{ s: secret() }],
    }),
    'assets.ndjson': [
      asset(
        project,
        'cloudresourcemanager.googleapis.com/Project',
        { projectId: 'shop', projectNumber: '123', key: { token: secret() } },
        {
          iam_policy: {
            bindings: [jane, { role: 'roles/viewer', members: [], condition: { expression: 7, secret: secret() } }],
            secret: secret(),
          },
          org_policy: [{ constraint: 'constraints/iam.disableServiceAccountKeyCreation', token: secret() }],
        },
      ),
      asset(`//iam.googleapis.com/projects/shop/serviceAccounts/${app}`, 'iam.googleapis.com/ServiceAccount', {
        email: app,
        projectId: 'shop',
        uniqueId: '111',
        privateKey: secret(),
      }),
      asset(`//iam.googleapis.com/${key}`, 'iam.googleapis.com/ServiceAccountKey', {
        privateKeyData: secret(),
        keyType: 'USER_MANAGED',
      }),
      asset('//compute.googleapis.com/projects/shop/zones/z/instances/i', 'compute.googleapis.com/Instance', {
        serviceAccounts: [{ email: app, scopes: ['https://www.googleapis.com/auth/cloud-platform'] }],
        metadata: {
          items: [
            { key: 'startup-script', value: secret() },
            { key: 'enable-oslogin', value: secret() },
            { key: 'ssh-keys', value: secret() },
          ],
        },
      }),
      asset('//run.googleapis.com/projects/shop/locations/l/services/s', 'run.googleapis.com/Service', {
        metadata: { annotations: { note: secret(), 'run.googleapis.com/ingress': 'all' } },
        spec: {
          template: {
            spec: {
              serviceAccountName: app,
              containers: [{ env: [{ name: 'DB_PASSWORD', value: secret() }], args: [secret()], command: [secret()] }],
            },
          },
        },
      }),
      asset(
        '//cloudfunctions.googleapis.com/projects/shop/locations/l/functions/f',
        'cloudfunctions.googleapis.com/Function',
        {
          serviceConfig: { serviceAccountEmail: app, environmentVariables: { KEY: secret() } },
          buildConfig: { environmentVariables: { KEY: secret() } },
        },
      ),
      asset('//cloudbuild.googleapis.com/projects/shop/triggers/t', 'cloudbuild.googleapis.com/BuildTrigger', {
        serviceAccount: `projects/shop/serviceAccounts/${app}`,
        substitutions: { _TOKEN: secret() },
        webhookConfig: { secret: secret() },
        build: { steps: [{ script: secret(), env: [secret()], args: [secret()] }] },
      }),
      asset('//cloudscheduler.googleapis.com/projects/shop/locations/l/jobs/j', 'cloudscheduler.googleapis.com/Job', {
        httpTarget: { headers: { Authorization: secret() }, body: secret(), oidcToken: { serviceAccountEmail: app } },
      }),
      asset('//workflows.googleapis.com/projects/shop/locations/l/workflows/w', 'workflows.googleapis.com/Workflow', {
        serviceAccount: app,
        sourceContents: secret(),
        userEnvVars: { A: secret() },
      }),
      asset('//apikeys.googleapis.com/projects/123/locations/global/keys/k', 'apikeys.googleapis.com/Key', {
        keyString: secret(),
      }),
      asset('//container.googleapis.com/projects/shop/locations/l/clusters/c', 'container.googleapis.com/Cluster', {
        masterAuth: { password: secret(), clientKey: secret() },
      }),
      json({ name: secret(), asset_type: secret() }),
      json({ name: '//x/y', asset_type: 'x.googleapis.com/Y', ancestors: [secret()], iam_policy: secret() }),
      `{"name":"//a/b","asset_type":"a.googleapis.com/B","secret":"${secret()}`,
    ].join('\n'),
    'roles.json': json([
      { name: 'roles/viewer', includedPermissions: ['a.b.c'], secret: secret() },
      { name: 7, secret: secret() },
    ]),
    'deny-policies.json': json([
      {
        name: deny,
        annotations: { note: secret() },
        secret: secret(),
        rules: [{ denyRule: { deniedPrincipals: [7, secret()], secret: secret() } }],
      },
    ]),
    'pab.json': json({
      principalAccessBoundaryPolicies: [
        { name: boundary, annotations: { note: secret() }, details: { rules: secret() } },
      ],
      policyBindings: [{ name: 'b', secret: secret() }],
    }),
    'groups.json': json({
      'group:a@example.com': ['user:jane@example.com', { secret: secret() }, secret()],
      [secret()]: [],
    }),
    'service-account-keys.json': json([
      { name: key, keyType: 'USER_MANAGED', privateKeyData: secret(), publicKeyData: secret() },
      { name: secret(), disabled: secret() },
    ]),
    'hmac-keys.json': json([
      { accessId: 'GOOG1EXAMPLE', serviceAccountEmail: app, state: 'ACTIVE', secret: secret() },
      { accessId: `${secret()}/`, secret: secret() },
    ]),
    'api-keys.json': json([
      {
        name: 'projects/123/locations/global/keys/k',
        keyString: secret(),
        serviceAccountEmail: app,
        annotations: { a: secret() },
        restrictions: { apiTargets: [{ service: 'aiplatform.googleapis.com' }], token: secret() },
      },
      { name: secret(), keyString: secret() },
    ]),
    'workload-identity-pools.json': json({
      pools: [{ name: 'projects/123/locations/global/workloadIdentityPools/ci', secret: secret() }],
      providers: [
        {
          name: 'projects/123/locations/global/workloadIdentityPools/ci/providers/p',
          attributeMapping: { 'google.subject': 'assertion.sub' },
          oidc: { issuerUri: 'https://example.com', clientSecret: { value: { plainText: secret() } } },
        },
      ],
    }),
    'activities.json': json([
      {
        fullResourceName: `//iam.googleapis.com/${key}`,
        activityType: 'serviceAccountKeyLastAuthentication',
        observationPeriod: { startTime: '2025-01-01T07:00:00Z', endTime: '2026-01-01T07:00:00Z', secret: secret() },
        activity: { lastAuthenticatedTime: secret(), token: secret() },
      },
    ]),
    'insights.json': json([
      {
        name: 'i',
        insightSubtype: 'SERVICE_ACCOUNT_USAGE',
        content: { email: app, token: secret() },
        secret: secret(),
      },
    ]),
    'auth-counters.json': json([
      { metric: { labels: { token: secret() } }, metadata: { userLabels: { a: secret() } } },
    ]),
    'effective-tags.json': json([
      { resource: project, effectiveTags: [{ tagValue: 'tagValues/1', token: secret() }], s: secret() },
    ]),
    'org-policies.json': json([
      { name: 'projects/123/policies/x', spec: { rules: [{ parameters: { a: secret() } }] }, secret: secret() },
    ]),
    'delegations.json': json([{ clientId: '1', scopes: ['s'], secret: secret() }]),
    'disabled-services.json': json([{ project: '123', service: 'run.googleapis.com', secret: secret() }]),
    'projects.json': json([{ name: 'projects/123', projectId: 'shop', token: secret() }]),
    'service-accounts.json': json([{ email: app, projectId: 'shop', privateKeyData: secret() }]),
    'audit-usage.json': json({ format: secret(), rows: [secret()] }),
    'audit-logs/a.json': json([
      {
        logName: 'projects/shop/logs/cloudaudit.googleapis.com%2Factivity',
        timestamp: '2026-01-01T00:00:00Z',
        insertId: 'i',
        protoPayload: {
          serviceName: 'iam.googleapis.com',
          methodName: 'google.iam.admin.v1.CreateServiceAccountKey',
          authenticationInfo: { principalEmail: app },
          authorizationInfo: [
            { permission: 'iam.serviceAccountKeys.create', granted: true, resource: 'projects/shop' },
          ],
          request: { password: secret() },
          response: { private_key_data: secret() },
          metadata: { token: secret() },
          requestMetadata: { callerSuppliedUserAgent: secret() },
        },
      },
      { logName: 'projects/shop/logs/cloudaudit.googleapis.com%2Factivity', protoPayload: secret() },
    ]),
    'audit-logs/b.json': `{"protoPayload":{"request":"${secret()}"`,
  };
}

const subscription = '/subscriptions/11111111-0000-4000-8000-000000000001';

/** The same for Azure. */
function azureFiles(): Readonly<Record<string, string>> {
  const json = (value: unknown): string => JSON.stringify(value);
  const provider = `${subscription}/resourceGroups/rg/providers`;
  const grant = { scope: subscription, roleDefinitionId: 'r', principalId: 'sp' };
  const resource = (type: string, name: string, properties: object, more: object = {}): object => ({
    id: `${provider}/${type}/${name}`,
    type,
    name,
    properties,
    ...more,
  });
  const directory = { id: 'd', principalId: 'u', roleDefinitionId: 'ga', directoryScopeId: '/', secret: secret() };
  const report = (): object => ({ lastSignInDateTime: '2026-01-01T00:00:00Z', lastSignInRequestId: secret() });
  return {
    'keyreach-bundle.json': json({
      format: 'keyreach-bundle/1',
      provider: 'azure',
      token: secret(),
      gaps: [{ s: secret() }],
    }),
    'management-groups.json': json([
      { id: '/providers/Microsoft.Management/managementGroups/root', name: 'root', properties: { secret: secret() } },
      { id: { s: secret() } },
    ]),
    'subscriptions.json': json([{ id: subscription, tenantId: 'tenant', displayName: 'shop', secret: secret() }]),
    'resources.json': json([
      resource('Microsoft.Web/sites', 'web', {
        siteConfig: {
          appSettings: [{ name: 'DB', value: secret() }],
          connectionStrings: [{ name: 'a', connectionString: secret() }],
        },
      }),
      resource('Microsoft.Web/sites/config', 'web/config/appsettings', { DB: secret(), N: secret() }),
      resource('Microsoft.Compute/virtualMachines', 'vm', {
        osProfile: { adminPassword: secret(), customData: secret() },
        userData: secret(),
      }),
      resource('Microsoft.Compute/virtualMachines/extensions', 'vm/extensions/e', {
        settings: { commandToExecute: secret(), script: secret() },
        protectedSettings: { a: secret() },
      }),
      resource('Microsoft.ContainerInstance/containerGroups', 'c', {
        containers: [{ properties: { environmentVariables: [{ name: 'A', value: secret(), secureValue: secret() }] } }],
        imageRegistryCredentials: [{ server: 'x', password: secret() }],
      }),
      resource('Microsoft.App/containerApps', 'app', {
        configuration: { secrets: [{ name: 'a', value: secret() }] },
        template: { containers: [{ env: [{ name: 'A', value: secret() }], args: [secret()], command: [secret()] }] },
      }),
      resource('Microsoft.Logic/workflows', 'w', {
        definition: { actions: { a: { inputs: { headers: { Authorization: secret() }, body: { x: secret() } } } } },
        parameters: { a: { value: secret() } },
      }),
      resource('Microsoft.Resources/deployments', 'd', {
        parameters: { p: { value: secret() } },
        outputs: { o: secret() },
      }),
      resource('Microsoft.Automation/automationAccounts/variables', 'a/variables/v', { name: 'v', value: secret() }),
      resource('Microsoft.Storage/storageAccounts', 'sa', {
        allowSharedKeyAccess: true,
        keys: [{ keyName: 'key1', value: secret() }],
        primaryConnectionString: secret(),
        note: `DefaultEndpointsProtocol=https;AccountKey=${secret()}`,
        url: `https://sa.blob.core.windows.net/c?sv=1&sig=${secret()}`,
      }),
      resource('Microsoft.KeyVault/vaults', 'v', {
        accessPolicies: [{ objectId: 'sp', permissions: { secrets: ['get', secret()] }, note: secret() }],
      }),
      resource(
        'Microsoft.KeyVault/vaults/secrets',
        'v/secrets/s',
        { value: secret() },
        { tags: { password: secret() } },
      ),
      { id: 7, secret: secret() },
    ]),
    'role-definitions.json': json([
      { id: 'r', properties: { roleName: 'R', permissions: [{ actions: ['*'] }], secret: secret() } },
      { id: 'q', properties: { permissions: [{ actions: [{ s: secret() }] }] } },
    ]),
    'role-assignments.json': json([
      { id: 'a', properties: { ...grant, secret: secret() } },
      { id: 'b', properties: { ...grant, scope: { s: secret() } } },
    ]),
    'deny-assignments.json': json([
      { id: 'd', properties: { scope: subscription, permissions: [], principals: [{ s: secret() }], s: secret() } },
    ]),
    'pim.json': json({
      roleEligibilityScheduleInstances: [{ id: 'e', properties: { ...grant, endDateTime: secret(), s: secret() } }],
      roleAssignmentScheduleInstances: secret(),
    }),
    'graph/organization.json': json([{ id: 'tenant', displayName: 'Contoso', secret: secret() }]),
    'graph/applications.json': json([
      {
        id: 'o',
        appId: 'a',
        displayName: 'deployer',
        passwordCredentials: [
          { keyId: 'k', secretText: secret(), hint: secret(), customKeyIdentifier: secret(), endDateTime: secret() },
        ],
        keyCredentials: [{ keyId: 'c', key: secret(), usage: 'Verify' }],
        web: { redirectUris: [`https://x/?a=1&sig=${secret()}`], implicitGrantSettings: secret() },
        requiredResourceAccess: [{ resourceAppId: 'g', secret: secret() }],
        servicePrincipalLockConfiguration: secret(),
      },
      { id: 'p', appId: { s: secret() } },
    ]),
    'graph/servicePrincipals.json': json([
      {
        id: 'sp',
        appId: 'a',
        displayName: 'deployer',
        passwordCredentials: [{ keyId: 'k2', secretText: secret() }],
        keyCredentials: [],
        customSecurityAttributes: { Set: { apiKey: secret(), Project: 'x' } },
        samlSingleSignOnSettings: { relayState: secret() },
        tokenEncryptionKeyId: secret(),
      },
    ]),
    'graph/users.json': json([
      {
        id: 'u',
        userPrincipalName: 'jane@contoso.com',
        passwordProfile: { password: secret() },
        signInActivity: { lastSignInDateTime: secret() },
      },
    ]),
    'graph/groups.json': json([
      { id: 'g', members: [{ id: 'u', secret: secret() }, { s: secret() }], token: secret() },
    ]),
    'graph/administrativeUnits.json': json([{ id: 'au', members: secret(), secret: secret() }]),
    'graph/roleDefinitions.json': json([
      {
        id: 'ga',
        rolePermissions: [{ allowedResourceActions: ['microsoft.directory/users/*'], s: secret() }, secret()],
      },
    ]),
    'graph/roleAssignments.json': json([directory]),
    'graph/roleEligibilityScheduleInstances.json': json([{ ...directory, startDateTime: secret() }]),
    'graph/roleAssignmentScheduleInstances.json': json([directory]),
    'graph/groupEligibilityScheduleInstances.json': json([{ id: 'x', accessId: secret() }]),
    'graph/roleManagementPolicyAssignments.json': json([
      { roleDefinitionId: 'ga', policy: { rules: [{ id: 'x', token: secret() }, secret()] } },
    ]),
    'graph/appRoleAssignments.json': json([{ appRoleId: 'r', principalId: 'sp', resourceId: 's', secret: secret() }]),
    'graph/oauth2PermissionGrants.json': json([{ clientId: 'sp', resourceId: 's', scope: 'x', secret: secret() }]),
    'graph/federatedIdentityCredentials.json': json([
      { parent: 'applications/o', value: [{ id: 'f', issuer: 'https://i', subject: 's', token: secret() }, secret()] },
    ]),
    'graph/reports/servicePrincipalSignInActivities.json': json([
      { appId: 'a', lastSignInActivity: report(), secret: secret() },
    ]),
    'graph/reports/appCredentialSignInActivities.json': json([
      { keyId: 'k', appId: 'a', signInActivity: report(), secret: secret() },
      { keyId: 'k2', signInActivity: { lastSignInDateTime: secret() } },
    ]),
    'usage/a.json': json({ format: 'keyreach-azure-usage/1', source: 'x', rows: [{ action: secret() }], coverage: [] }),
    'usage/b.json': `{"rows":"${secret()}`,
    'activity-logs/a.json': json([
      { eventTimestamp: '2026-01-01T00:00:00Z', operationName: { value: 'x' }, properties: { requestbody: secret() } },
    ]),
    'sign-in-logs/a.json': `{"token":"${secret()}"`,
    'graph-activity-logs/a.json': json([{ RequestUri: `https://graph.microsoft.com/v1.0/users?t=${secret()}` }]),
  };
}

/** Runs a command in a directory of its own and gives everything it said and wrote. */
async function everything(...args: readonly string[]): Promise<{ readonly run: CommandRun; readonly text: string }> {
  const cwd = mkdtempSync(join(directory, 'out-'));
  const run = await keyreach(args, cwd);
  const files = readdirSync(cwd).map((name) => {
    const bytes = readFileSync(join(cwd, name));
    return (name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString();
  });
  return { run, text: [run.stdout, run.stderr, ...files].join('\n') };
}

describe.concurrent('a secret in every input file', () => {
  it('plants them', () => {
    expect(planted).toBeGreaterThan(180);
    for (const file of [
      join(bundle, `accounts/${account}/resources.json`),
      join(gcpBundle, 'assets.ndjson'),
      join(azureBundle, 'resources.json'),
    ]) {
      expect(readFileSync(file, 'utf8')).toContain(marker);
    }
  });

  it.each([
    [['analyze'], ['--json', 'a.json', '--html', 'a.html']],
    [['import'], ['-o', 'a.ndjson']],
    [['import'], ['-o', 'a.ndjson.gz', '--json', 'a.json']],
    [
      ['radius', 'worker'],
      ['--explain', '--json', 'a.json'],
    ],
    [['radius', 'ana'], ['--explain']],
    [['unused'], ['--json', 'a.json']],
    [
      ['can', 'ana', 's3:GetObject', '*'],
      ['--explain', '--json', 'a.json'],
    ],
    [
      ['who-can', 's3:GetObject', '*'],
      ['--json', 'a.json'],
    ],
  ])('comes out of nothing that %j says or writes', async (command, options) => {
    const { run, text } = await everything(...command, bundle, ...options);
    expect(run.code).toBe(0);
    expect(text).toContain('ana');
    expect(text).not.toContain(marker);
  });

  it.each([
    [['analyze'], ['--json', 'a.json', '--html', 'a.html']],
    [['import'], ['-o', 'a.ndjson']],
    [
      ['radius', 'jane@example.com'],
      ['--explain', '--json', 'a.json'],
    ],
    [['unused'], ['--json', 'a.json']],
    [
      ['can', 'jane@example.com', 'storage.buckets.list', project],
      ['--explain', '--json', 'a.json'],
    ],
  ])('of Google Cloud comes out of nothing that %j says or writes', async (command, options) => {
    const { run, text } = await everything(...command, gcpBundle, ...options);
    expect(run.code).toBe(0);
    expect(text).toContain('jane');
    expect(text).not.toContain(marker);
  });

  it.each([
    [['analyze'], ['--json', 'a.json', '--html', 'a.html']],
    [['import'], ['-o', 'a.ndjson']],
    [
      ['radius', 'deployer'],
      ['--explain', '--json', 'a.json'],
    ],
    [['unused'], ['--json', 'a.json']],
    [
      ['can', 'deployer', 'Microsoft.Compute/virtualMachines/write', subscription],
      ['--explain', '--json', 'a.json'],
    ],
  ])('of Azure comes out of nothing that %j says or writes', async (command, options) => {
    const { run, text } = await everything(...command, azureBundle, ...options);
    expect(run.code).toBe(0);
    expect(text).toContain('deployer');
    expect(text).not.toContain(marker);
  });

  it('nor out of what is refused', async () => {
    const broken = join(directory, 'broken.json');
    writeFileSync(broken, `{"UserDetailList":[{"Password":"${secret()}"} ${secret()}`);
    const { run, text } = await everything('analyze', broken);
    expect(run.code).toBe(2);
    expect(text).not.toContain(marker);
  });
});
