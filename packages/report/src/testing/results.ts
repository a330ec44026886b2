import type { EstateAnalysis, Radius, RadiusBounds, SubjectRow } from '@keyreach/core/analysis';
import type { Hop } from '@keyreach/core/reach';

const none = { lo: 0, hi: 0 };
const bounds: RadiusBounds = {
  identities: { lo: 1, hi: 3 },
  byDistance: { lo: [1], hi: [1, 2] },
  hops: { lo: 1, hi: 2 },
  resources: { lo: 1, hi: null },
  resourcesByClass: {
    'meta-read': none,
    control: none,
    'data-read': { lo: 1, hi: null },
    'data-write': none,
    delete: none,
    'secret-read': none,
    'permission-admin': none,
  },
  sensitive: { lo: 1, hi: 1 },
  adminScopes: { lo: 1, hi: 1 },
  secretsFanout: none,
  span: { lo: 1, hi: 1 },
  crossCloud: none,
  obtainers: { lo: 1, hi: 1, known: 9 },
  unchecked: { lo: 1, hi: 1 },
  humanRatio: { lo: 2, hi: null },
};

/**
 * An analysis of one key, with `name` in every place where text from an input can stand: names, ids, Sids, reasons,
 * gaps.
 */
export function sampleAnalysis(name: string): EstateAnalysis {
  const story = sampleRadius(name);
  const { subject, score, action, admin } = story;
  const row: SubjectRow = {
    ...subject,
    ageDays: 900,
    lastUsed: { state: 'used', at: '2026-01-30T00:00:00.000Z', service: name },
    environment: name,
    identities: bounds.identities,
    resources: bounds.resources,
    sensitive: bounds.sensitive,
    admin: admin.map(({ path: _, ...rest }) => rest),
    unbounded: story.unbounded,
    crossings: story.crossings,
    score,
    action,
  };
  return {
    schema: 'keyreach-analysis',
    schemaVersion: 1,
    now: '2026-01-31T00:00:00.000Z',
    headline: [`Act: access key ${name}`, `more about ${name}`],
    counts: { scopes: 1, identities: 2, credentials: 1, resources: 1, policies: 1, byType: { [name]: 1 } },
    subjects: [row],
    stories: [story],
    unused: [
      {
        id: `user:${name}`,
        type: 'user',
        name,
        state: 'unknown',
        why: `nothing tells of ${name}`,
        credentials: [
          {
            id: `key:${name}`,
            type: 'access-key',
            status: 'active',
            state: 'unknown',
            lastUsed: { state: 'unknown' },
            ageDays: 40,
            why: `nothing tells of ${name}`,
            actions: {
              counts: { granted: 3, used: 1, unused: 0, unknown: 2 },
              ratio: { lo: 0, hi: 2 / 3 },
              list: [
                { permission: `${name}:Do`, state: 'used', sources: [name] },
                { permission: `${name}:Undo`, state: 'unknown', sources: [], why: name },
                { permission: 'iam:PassRole', state: 'unknown', sources: [], why: name },
              ],
            },
          },
        ],
        actions: {
          counts: { granted: 3, used: 1, unused: 1, unknown: 1 },
          ratio: { lo: 1 / 3, hi: 2 / 3 },
          weighted: { counts: { granted: 13, used: 1, unused: 8, unknown: 4 }, ratio: { lo: 8 / 13, hi: 12 / 13 } },
          list: [
            { permission: `${name}:Do`, class: 'control', state: 'used', sources: [name] },
            { permission: `${name}:Undo`, class: 'permission-admin', state: 'unused', sources: [name] },
            { permission: 'iam:PassRole', class: 'permission-admin', state: 'unknown', sources: [], why: `no ${name}` },
          ],
        },
        services: [
          { permission: `${name}:*`, state: 'unused', sources: [name] },
          { permission: 's3:*', state: 'unknown', sources: [], why: name },
        ],
        counts: { granted: 2, used: 0, unused: 1, unknown: 1 },
        ratio: { lo: 0.5, hi: 1 },
      },
    ],
    coverage: [
      { scope: `account:${name}`, what: `logs of ${name}`, state: 'missing', why: name, fix: `run ${name}` },
      { scope: `account:${name}`, what: `keys of ${name}`, state: 'read' },
    ],
    gaps: [{ scope: `account:${name}`, what: name, why: name }],
  };
}

/** The radius behind {@link sampleAnalysis}. */
export function sampleRadius(name: string): Radius {
  const key = `key:${name}`;
  const user = `user:${name}`;
  const role = `role:${name}`;
  const account = `account:${name}`;
  const toRole: Hop = {
    from: user,
    to: role,
    technique: name,
    certainty: 'conditional',
    evidence: [
      {
        kind: 'permission',
        action: 'sts:AssumeRole',
        resource: role,
        certainty: 'conditional',
        principal: user,
        reasons: [
          {
            layer: 'identity-grant',
            effect: 'allow',
            policy: `policy:${name}`,
            policyName: name,
            policyType: 'inline',
            statement: 1,
            sid: name,
            on: user,
            certainty: 'conditional',
            dependsOn: [name],
            note: name,
          },
        ],
      },
      { kind: 'fact', fact: 'mutable-role', of: role, certainty: 'allow' },
      { kind: 'structure', relation: 'runs-as', from: user, to: role, certainty: 'allow' },
    ],
  };
  return {
    schema: 'keyreach-radius',
    schemaVersion: 1,
    now: '2026-01-31T00:00:00.000Z',
    subject: {
      id: key,
      kind: 'credential',
      type: 'access-key',
      name,
      provider: 'aws',
      identity: user,
      scope: account,
      status: 'active',
    },
    bounds,
    reaches: [
      {
        id: role,
        kind: 'identity',
        type: 'role',
        name,
        scope: account,
        certainty: 'conditional',
        distance: 1,
        path: [toRole],
      },
      {
        id: `bucket:${name}`,
        kind: 'resource',
        type: 'AWS::S3::Bucket',
        name,
        scope: account,
        certainty: 'allow',
        distance: 0,
        access: [{ class: 'data-read', certainty: 'conditional' }],
        path: [{ ...toRole, to: `bucket:${name}` }],
      },
    ],
    admin: [
      {
        scope: account,
        name,
        level: 'transitive',
        certainty: 'allow',
        distance: 1,
        path: [toRole, { ...toRole, from: role, to: account }],
      },
    ],
    unbounded: [{ scope: account, class: 'data-read', certainty: 'unknown', path: [] }],
    crossings: [{ from: name, to: 'prod', certainty: 'unknown' }],
    providers: ['aws'],
    environment: name,
    obtainers: [{ id: user, certainty: 'allow' }],
    score: { lo: 40, hi: 60, terms: [{ side: 'impact', name, lo: 0.25, hi: 0.5 }] },
    action: {
      lo: 'Attend',
      hi: 'Act',
      exposure: { lo: 'obtainable', hi: 'open' },
      reach: { lo: 'critical', hi: 'critical' },
      persistence: 'none',
      governance: 'weak',
    },
    gaps: [{ scope: account, what: name, why: name, fix: name }],
  };
}

/** Names that try to get out of where they are put. */
export const hostileNames: readonly string[] = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onmouseover='alert(1)",
  ']]></style><svg onload=alert(1)>',
  '</title><script>alert(1)</script>',
  '&lt;script&gt; &amp; &#60;',
  'a\u202egnp.exe\u2066b',
  '\u001b[2J\u001b]0;owned\u0007\u009b31m',
  'two\nlines\r\u2028and\u2029more',
  '$' + '{alert(1)} `x` \\u003cscript\\u003e',
  '\ud800 lone',
  'javascript:alert(1)',
];
