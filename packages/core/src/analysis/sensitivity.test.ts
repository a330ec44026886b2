import { describe, expect, it } from 'vitest';
import type { ResourceNode } from '../graph/model.ts';
import { sensitivityOf } from './sensitivity.ts';
import { sensitivityTags, sensitivityWords } from './sensitivity-table.ts';

function resource(facts: Partial<ResourceNode>): ResourceNode {
  return { kind: 'resource', id: 'r', provider: 'aws', type: 'AWS::S3::Bucket', name: 'r', ...facts };
}

describe('sensitivityOf', () => {
  it.each<[Readonly<Record<string, string>> | undefined, string]>([
    [undefined, 'unknown'],
    [{}, 'unknown'],
    [{ team: 'secret' }, 'unknown'],
    [{ 'Data-Classification': 'Confidential' }, 'yes'],
    [{ 'data:classification': 'PII' }, 'yes'],
    [{ data_sensitivity: 'Highly Confidential' }, 'yes'],
    [{ dataClassification: 'pii,phi' }, 'yes'],
    [{ classification: 'non-sensitive' }, 'unknown'],
    [{ classification: 'internal' }, 'unknown'],
    [{ classification: '' }, 'unknown'],
    [{ classification: 'public' }, 'no'],
    [{ confidentiality: 'low', sensitivity: 'none' }, 'no'],
    [{ classification: 'public', sensitivity: 'high' }, 'yes'],
    [{ classification: 'public', sensitivity: 'medium' }, 'unknown'],
    [{ classification: 'public preview' }, 'unknown'],
  ])('of tags %o is %s', (tags, sensitivity) => {
    expect(sensitivityOf(resource(tags === undefined ? {} : { tags }))).toBe(sensitivity);
  });

  it('is yes for secret material, whatever the tags say', () => {
    const type = 'AWS::SecretsManager::Secret';
    expect(sensitivityOf(resource({ type }))).toBe('yes');
    expect(sensitivityOf(resource({ type, tags: { classification: 'public' } }))).toBe('yes');
    expect(sensitivityOf(resource({ type, uncollected: true }))).toBe('unknown');
  });

  it('is yes for what a vault holds to be read, and not for a vault or its keys', () => {
    const of = (type: string): string => sensitivityOf(resource({ type, provider: 'azure' }));
    for (const kind of ['secrets', 'certificates']) expect(of(`microsoft.keyvault/vaults/${kind}`)).toBe('yes');
    expect(of('microsoft.keyvault/vaults/keys')).toBe('unknown');
    expect(of('microsoft.keyvault/vaults')).toBe('unknown');
  });

  it('takes a parameter for a secret only where it is known to be one', () => {
    const type = 'AWS::SSM::Parameter';
    expect(sensitivityOf(resource({ type, attributes: { type: 'SecureString' } }))).toBe('yes');
    expect(sensitivityOf(resource({ type, attributes: { type: 'String' } }))).toBe('unknown');
    expect(sensitivityOf(resource({ type }))).toBe('unknown');
  });

  it('does not take a key of a key service for a secret', () => {
    expect(sensitivityOf(resource({ type: 'AWS::KMS::Key' }))).toBe('unknown');
  });

  it('reads every row of the table', () => {
    for (const tag of sensitivityTags)
      for (const [word, sensitivity] of sensitivityWords)
        expect(sensitivityOf(resource({ tags: { [tag.toUpperCase()]: word } }))).toBe(sensitivity);
  });
});
