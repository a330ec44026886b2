// Asks whether requests would be allowed, from policies alone: nothing is fetched and no estate is read. Ends with 1 if a
// request comes out otherwise than expected, so that it can guard a change of policies. Run it after a build:
// node examples/simulate.mjs
import { preparePolicies } from '@keyreach/aws/offline';

const account = '111122223333';
const fullAccess = { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: '*', Resource: '*' } };
const policies = preparePolicies({
  identity: [
    {
      name: 'deployer',
      document: {
        Version: '2012-10-17',
        Statement: [
          { Sid: 'Upload', Effect: 'Allow', Action: 's3:PutObject', Resource: 'arn:aws:s3:::releases/*' },
          {
            Sid: 'Run',
            Effect: 'Allow',
            Action: 'ecs:UpdateService',
            Resource: `arn:aws:ecs:*:${account}:service/web/*`,
            Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } },
          },
        ],
      },
    },
  ],
  boundary: null,
  // One list for each level: the root, and the account in it.
  scps: [
    [fullAccess],
    [
      fullAccess,
      {
        name: 'europe-only',
        document: {
          Version: '2012-10-17',
          Statement: {
            Effect: 'Deny',
            NotAction: 'iam:*',
            Resource: '*',
            Condition: { StringNotLike: { 'aws:RequestedRegion': 'eu-*' } },
          },
        },
      },
    ],
  ],
});

const upload = { action: 's3:PutObject', resource: 'arn:aws:s3:::releases/web.zip' };
const run = { action: 'ecs:UpdateService', resource: `arn:aws:ecs:eu-west-1:${account}:service/web/shop` };
const europe = { 'aws:RequestedRegion': 'eu-west-1' };
const questions = [
  { expect: 'allow', ...upload, context: europe },
  { expect: 'deny', ...upload, context: { 'aws:RequestedRegion': 'us-east-1' } },
  { expect: 'conditional', ...run, context: europe },
  { expect: 'deny', ...run, context: europe, session: 'access-key' },
  { expect: 'allow', ...run, context: europe, session: 'mfa-session' },
];

for (const { expect, ...question } of questions) {
  const request = { principal: `arn:aws:iam::${account}:user/deployer`, now: '2026-11-01T06:00:00Z', ...question };
  const { verdict, decidedBy, missingContext, reasons } = policies.explain(request);
  const denied = reasons.find(({ effect }) => effect === 'deny')?.policy.name;
  const why = denied ?? (missingContext.length > 0 ? `depends on ${missingContext.join(', ')}` : decidedBy);
  console.log(`${verdict}: ${request.action} (${why})`);
  if (verdict !== expect) process.exitCode = 1;
}
