import type { RawRecord } from '@keyreach/core/input';
import { describe, expect, it } from 'vitest';
import type { GcpInput } from '../../bundle/gcp-input.ts';
import { canIssue, membershipsOf, openToStrangers } from './member-truths.ts';
import { PoolDirectory } from './pool-directory.ts';
import { type PoolMember, readPoolMember } from './pool-member.ts';

const POOL = 'projects/12/locations/global/workloadIdentityPools/ci';
const GITHUB = { issuerUri: 'https://token.actions.githubusercontent.com' };
const MAPPING = {
  'google.subject': 'assertion.sub',
  'attribute.repository': 'assertion.repository',
  'attribute.repository_owner': 'assertion.repository_owner',
  'attribute.aud': "'all'",
};

function directoryOf(...providers: readonly RawRecord[]): PoolDirectory {
  const input: GcpInput = {
    pools: {
      pools: { items: [{ name: POOL, state: 'ACTIVE' }], complete: true },
      providers: {
        items: providers.map((provider, index) => ({ name: `${POOL}/providers/p${index}`, ...provider })),
        complete: true,
      },
    },
    auditLogs: [],
    auditUsage: [],
    disabledServices: [],
    gaps: [],
  };
  return new PoolDirectory(input, () => undefined);
}

function member(text: string): PoolMember {
  const found = readPoolMember(
    `${text.startsWith('subject/') ? 'principal' : 'principalSet'}://iam.googleapis.com/${POOL}/${text}`,
    () => undefined,
  );
  if (found === undefined) throw new Error(`no member \`${text}\``);
  return found;
}

function onlyProvider(raw: RawRecord) {
  const provider = directoryOf(raw).all[0]?.providers[0];
  if (provider === undefined) throw new Error('no provider');
  return provider;
}

const everyone = member('*');

describe('openToStrangers', () => {
  it.each([
    ['no condition', undefined, true],
    ['a condition on the owner', "assertion.repository_owner == 'acme'", false],
    ['a condition on the id of the owner', "assertion.repository_owner_id == '4711'", false],
    ['a condition on the mapped owner', "attribute.repository_owner == 'acme'", false],
    ['a condition on the subject', "assertion.sub.startsWith('repo:acme/')", false],
    ['a subject that a stranger can begin like', "assertion.sub.startsWith('repo:acme')", 'conditional'],
    ['a condition that a stranger can fulfil', "assertion.ref == 'refs/heads/main'", 'conditional'],
    ['an owner or anything', "assertion.repository_owner == 'acme' || true", true],
    ['a condition that cannot be read', 'assertion.', 'conditional'],
  ])('knows of %s whether everybody on GitHub is let in', (_, attributeCondition, expected) => {
    const provider = onlyProvider({
      oidc: GITHUB,
      attributeMapping: MAPPING,
      ...(attributeCondition === undefined ? {} : { attributeCondition }),
    });
    expect(openToStrangers(provider, everyone)).toBe(expected);
  });

  it('keeps strangers out of sets that name an owner, not out of those that everybody is in', () => {
    const provider = onlyProvider({ oidc: GITHUB, attributeMapping: MAPPING });
    expect(openToStrangers(provider, member('attribute.repository/acme/app'))).toBe(false);
    expect(openToStrangers(provider, member('subject/repo:acme/app:ref:refs/heads/main'))).toBe(false);
    expect(openToStrangers(provider, member('attribute.aud/all'))).toBe(true);
    expect(openToStrangers(provider, member('attribute.aud/other'))).toBe(false);
  });

  it('knows nothing of strangers where the issuer has one owner, or the keys are the pool’s own', () => {
    expect(
      openToStrangers(
        onlyProvider({ oidc: { issuerUri: 'https://ci.acme.example' }, attributeMapping: MAPPING }),
        everyone,
      ),
    ).toBe(false);
    expect(
      openToStrangers(onlyProvider({ oidc: { ...GITHUB, jwksJson: '{}' }, attributeMapping: MAPPING }), everyone),
    ).toBe(false);
  });
});

describe('canIssue', () => {
  it('knows which sets a mapping leads to', () => {
    const provider = onlyProvider({ oidc: GITHUB, attributeMapping: MAPPING });
    expect(canIssue(provider, everyone)).toBe('yes');
    expect(canIssue(provider, member('attribute.repository/acme/app'))).toBe('unknown');
    expect(canIssue(provider, member('attribute.aud/all'))).toBe('yes');
    expect(canIssue(provider, member('attribute.aud/x'))).toBe('no');
    expect(canIssue(provider, member('attribute.actor/ada'))).toBe('no');
    expect(canIssue(provider, member('group/admins'))).toBe('no');
  });

  it('knows nothing of a provider whose mapping is not told', () => {
    expect(canIssue(onlyProvider({ oidc: GITHUB }), member('attribute.actor/ada'))).toBe('unknown');
  });
});

describe('membershipsOf', () => {
  const subject = member('subject/repo:acme/app:ref:refs/heads/main') as Extract<PoolMember, { is: 'subject' }>;

  it('knows the repository that a subject of GitHub names', () => {
    const directory = directoryOf({ oidc: GITHUB, attributeMapping: MAPPING });
    expect(membershipsOf(subject, directory)(member('attribute.repository/acme/app'))).toBe('yes');
    expect(membershipsOf(subject, directory)(member('attribute.repository/acme/other'))).toBe('no');
    expect(membershipsOf(subject, directory)(everyone)).toBe('yes');
  });

  it('does not know attributes that the subject does not tell', () => {
    const attributeMapping = { 'google.subject': 'assertion.sub', 'attribute.actor': 'assertion.actor' };
    const directory = directoryOf({ oidc: GITHUB, attributeMapping });
    expect(membershipsOf(subject, directory)(member('attribute.actor/ada'))).toBe('unknown');
    expect(membershipsOf(subject, directory)(member('attribute.ref/x'))).toBe('no');
  });

  it('does not know which of two providers gave the token', () => {
    const other = {
      oidc: { issuerUri: 'https://ci.acme.example' },
      attributeMapping: { 'google.subject': 'assertion.sub' },
    };
    const directory = directoryOf({ oidc: GITHUB, attributeMapping: MAPPING }, other);
    expect(membershipsOf(subject, directory)(member('attribute.repository/acme/app'))).toBe('unknown');
  });

  it('knows nothing where the subject is made of something else', () => {
    const attributeMapping = { ...MAPPING, 'google.subject': 'assertion.actor' };
    const directory = directoryOf({ oidc: GITHUB, attributeMapping });
    expect(membershipsOf(subject, directory)(member('attribute.repository/acme/app'))).toBe('unknown');
  });

  it('takes the role of an AWS session as the default mapping does', () => {
    const directory = directoryOf({ aws: { accountId: '111122223333' } });
    const session = member('subject/arn:aws:sts::111122223333:assumed-role/deploy/one') as typeof subject;
    const role = 'attribute.aws_role/arn:aws:sts::111122223333:assumed-role';
    expect(membershipsOf(session, directory)(member(`${role}/deploy`))).toBe('yes');
    expect(membershipsOf(session, directory)(member(`${role}/other`))).toBe('no');
  });

  it('knows namespaces of pods and projects of agents by their names', () => {
    const directory = directoryOf();
    const read = (text: string): PoolMember => {
      const found = readPoolMember(text, () => undefined);
      if (found === undefined) throw new Error(text);
      return found;
    };
    const clusters = 'iam.googleapis.com/projects/12/locations/global/workloadIdentityPools/my-p.svc.id.goog';
    const pod = read(`principal://${clusters}/subject/ns/web/sa/app`) as typeof subject;
    expect(membershipsOf(pod, directory)(read(`principalSet://${clusters}/namespace/web`))).toBe('yes');
    expect(membershipsOf(pod, directory)(read(`principalSet://${clusters}/namespace/other`))).toBe('no');
    const domain = 'agents.global.org-9.system.id.goog';
    const agent = read(
      `principal://${domain}/resources/aiplatform/projects/12/locations/l/reasoningEngines/7`,
    ) as typeof subject;
    const container = `principalSet://${domain}/attribute.platformContainer/aiplatform/projects`;
    expect(membershipsOf(agent, directory)(read(`${container}/12`))).toBe('yes');
    expect(membershipsOf(agent, directory)(read(`${container}/13`))).toBe('no');
  });
});
