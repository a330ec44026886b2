import { describe, expect, it } from 'vitest';
import { GraphBuilder } from '../graph/graph-builder.ts';
import { GraphIndex } from '../graph/graph-index.ts';
import type { IdentityNode, ScopeNode } from '../graph/model.ts';
import { crossingOf, type Environment, type EnvironmentRules, environmentOf } from './environment.ts';
import { environmentTokens } from './environment-tokens.ts';

const provider = 'aws';

interface Estate {
  readonly unit?: string;
  readonly outerUnit?: string;
  readonly account?: Partial<ScopeNode>;
  readonly role?: Partial<IdentityNode>;
}

/** A role in an account in two OUs, with names that tell nothing unless given. */
function indexOf({ unit = 'u', outerUnit = 'o', account = {}, role = {} }: Estate): GraphIndex {
  const builder = new GraphBuilder();
  builder.node({ kind: 'scope', id: 'root', provider, type: 'root', name: 'live' });
  builder.node({
    kind: 'scope',
    id: 'outer',
    provider,
    type: 'organizational-unit',
    name: outerUnit,
    scope: 'root',
    tags: { env: 'prod' },
  });
  builder.node({ kind: 'scope', id: 'unit', provider, type: 'organizational-unit', name: unit, scope: 'outer' });
  builder.node({ kind: 'scope', id: 'account', provider, type: 'account', name: 'a', scope: 'unit', ...account });
  builder.node({ kind: 'identity', id: 'role', provider, type: 'role', name: 'r', scope: 'account', ...role });
  builder.node({
    kind: 'credential',
    id: 'key',
    provider,
    type: 'access-key',
    name: 'k',
    status: 'active',
    lastUsed: { state: 'unknown' },
  });
  builder.edge({ type: 'authenticates', from: 'key', to: 'role' });
  return new GraphIndex(builder.build());
}

function environment(estate: Estate, rules?: EnvironmentRules, id = 'role'): Environment {
  const index = indexOf(estate);
  const node = index.node(id);
  if (node === undefined) throw new Error('no such node');
  return environmentOf(node, index, rules);
}

function short(estate: Estate, rules?: EnvironmentRules): string {
  const { environment: name, confidence } = environment(estate, rules);
  return `${name} ${confidence}`;
}

describe('the tokens of findings 6.2', () => {
  const spelled = (words: readonly string[], joint: string) => words.join(joint);

  it.each(environmentTokens.map(({ words, environment: name }) => [words.join(' '), words, name] as const))(
    '%s',
    (_, words, name) => {
      const answer = name === 'none' ? 'unknown low' : `${name} low`;
      for (const joint of ['-', '_', '.', '/', ':'])
        expect(short({ role: { name: `x${joint}${spelled(words, joint)}${joint}y` } })).toBe(answer);
      const camel = words.map((word) => word.slice(0, 1).toUpperCase() + word.slice(1)).join('');
      expect(short({ role: { name: `my${camel}Role` } })).toBe(answer);
    },
  );

  it.each(['product', 'prod1', 'latest', 'delivery', 'devops', 'outlive', ''])('not in `%s`', (name) => {
    expect(short({ role: { name } })).toBe('unknown low');
  });

  it('takes the longest', () => {
    expect(short({ role: { name: 'non-prod-db' } })).toBe('non-prod low');
    expect(short({ role: { name: 'non-production' } })).toBe('non-prod low');
    expect(short({ role: { name: 'DevOpsProd' } })).toBe('prod low');
  });

  it('says unknown where a name holds two', () => {
    expect(environment({ role: { name: 'prod-to-dev' } })).toEqual({
      environment: 'unknown',
      confidence: 'low',
      source: 'the name of role `prod-to-dev` says prod, but the name of role `prod-to-dev` says non-prod',
    });
  });
});

describe('the ranks of findings 6.2', () => {
  const everything: Estate = {
    role: { name: 'partner-role', tags: { Env: 'prod' } },
    account: { name: 'uat', tags: { environment: 'vendor' } },
    unit: 'Sandbox',
  };

  it('1: the map', () => {
    const rules = { map: [{ glob: 'ro?e', environment: 'edge' }] };
    expect(environment(everything, rules)).toEqual({
      environment: 'edge',
      confidence: 'high',
      source: 'the environment map says `edge` for `ro?e`',
    });
    expect(short(everything, { map: [{ glob: 'other', environment: 'edge' }] })).toBe('prod high');
  });

  it('1: the nearest rule, unknown where two as near disagree', () => {
    const account = { glob: 'acc*', environment: 'prod' };
    expect(short(everything, { map: [account] })).toBe('prod high');
    expect(short(everything, { map: [account, { glob: 'role', environment: 'lab' }] })).toBe('lab high');
    expect(short(everything, { map: [account, { glob: 'uat', environment: 'lab' }] })).toBe('unknown high');
  });

  it('2: a tag on the node', () => {
    expect(environment(everything)).toEqual({ environment: 'prod', confidence: 'high', source: 'tag `Env` is `prod`' });
  });

  it('3: a tag on the account', () => {
    expect(environment({ ...everything, role: { name: 'partner-role', tags: { team: 'x' } } })).toEqual({
      environment: 'vendor',
      confidence: 'medium',
      source: 'tag `environment` of account `uat` is `vendor`',
    });
  });

  it('4: the nearest OU with a token', () => {
    const unnamed = { role: { name: 'partner-role' }, account: { name: 'uat' } };
    expect(short({ ...unnamed, unit: 'Sandbox', outerUnit: 'Production' })).toBe('non-prod medium');
    expect(short({ ...unnamed, outerUnit: 'Production' })).toBe('prod medium');
  });

  it('5: the name of the account, then of the node', () => {
    expect(short({ role: { name: 'partner-role' }, account: { name: 'uat' } })).toBe('non-prod low');
    expect(short({ role: { name: 'partner-role' } })).toBe('vendor low');
  });

  it('none: names and tags of the organization and its root, and tags of an OU, tell nothing', () => {
    expect(environment({})).toEqual({
      environment: 'unknown',
      confidence: 'low',
      source: 'nothing names an environment',
    });
  });

  it('no lower rank overrides a conflict', () => {
    const tags = { env: 'prod', stage: 'dev' };
    expect(environment({ ...everything, role: { tags } })).toEqual({
      environment: 'unknown',
      confidence: 'high',
      source: 'tag `env` is `prod`, but tag `stage` is `dev`',
    });
  });

  it('no lower rank overrides a value nobody knows', () => {
    for (const value of ['blue', 'product', '']) {
      expect(short({ ...everything, role: { tags: { env: value } } })).toBe('unknown high');
    }
    expect(environment({ role: { tags: { env: 'blue' } } }).source).toBe(
      'tag `env` is `blue`, which names no known environment',
    );
  });

  it('tags that agree do not conflict', () => {
    expect(short({ role: { tags: { env: 'staging', ENVIRONMENT: 'Dev', Stage: 'pre-prod' } } })).toBe('non-prod high');
  });
});

describe('a credential', () => {
  it('is where its identity is', () => {
    expect(environment({ role: { tags: { env: 'prod' } } }, undefined, 'key')).toEqual({
      environment: 'prod',
      confidence: 'high',
      source: 'tag `env` is `prod`',
    });
    expect(environment({ account: { name: 'dev' } }, undefined, 'key')).toMatchObject({ environment: 'non-prod' });
    expect(environment({}, undefined, 'key')).toMatchObject({ environment: 'unknown' });
  });

  it('is unknown where it authenticates as identities of different environments', () => {
    const builder = new GraphBuilder();
    for (const name of ['prod', 'dev']) builder.node({ kind: 'identity', id: name, provider, type: 'role', name });
    const status = 'active';
    const lastUsed = { state: 'unknown' } as const;
    builder.node({ kind: 'credential', id: 'key', provider, type: 'binding', name: 'k', status, lastUsed });
    for (const to of ['prod', 'dev']) builder.edge({ type: 'authenticates', from: 'key', to });
    const index = new GraphIndex(builder.build());
    const key = index.node('key');
    expect(key && environmentOf(key, index).environment).toBe('unknown');
  });
});

describe('crossingOf', () => {
  const at = (name: string, confidence: Environment['confidence']): Environment => {
    return { environment: name, confidence, source: '' };
  };

  it('is proven between environments that are known well', () => {
    expect(crossingOf(at('non-prod', 'medium'), at('prod', 'high'))).toEqual({
      from: 'non-prod',
      to: 'prod',
      certainty: 'allow',
    });
  });

  it('is not proven by a name', () => {
    expect(crossingOf(at('non-prod', 'low'), at('prod', 'high'))?.certainty).toBe('unknown');
    expect(crossingOf(at('non-prod', 'high'), at('prod', 'low'))?.certainty).toBe('unknown');
  });

  it('is none within one environment or with an unknown one', () => {
    expect(crossingOf(at('prod', 'high'), at('prod', 'high'))).toBeUndefined();
    expect(crossingOf(at('unknown', 'high'), at('prod', 'high'))).toBeUndefined();
    expect(crossingOf(at('unknown', 'low'), at('unknown', 'low'))).toBeUndefined();
  });
});
