import { describe, expect, it } from 'vitest';
import { type AccessLevel, awsCatalogue, type CatalogueAction } from './action-catalogue.ts';

const catalogue = awsCatalogue();

const LEVELS: readonly AccessLevel[] = ['list', 'read', 'write', 'permissions-management', 'tagging'];

function action(name: string): CatalogueAction {
  const found = catalogue.action(name);
  if (found === undefined) throw new Error(`\`${name}\` is not in the catalogue`);
  return found;
}

function requiredTypes(name: string): readonly string[] {
  return action(name)
    .resourceTypes.filter((entry) => entry.required)
    .map((entry) => entry.type);
}

describe('the snapshot', () => {
  it('names its version and date', () => {
    expect(catalogue.version).toMatch(/^\d+\.\d+\.\d+$/);
    expect(catalogue.date).toMatch(/^\d{4}-\d{2}-\d{2}$/);
  });

  it('is the whole catalogue, not a part of it', () => {
    expect(catalogue.services.length).toBeGreaterThan(400);
    expect(catalogue.actions.length).toBeGreaterThan(20_000);
    expect(catalogue.rcpServices.size).toBeGreaterThan(40);
  });

  it('is parsed once', () => {
    expect(awsCatalogue()).toBe(catalogue);
  });
});

describe('every record', () => {
  it('has actions sorted by lower-case name, unique, numbered by position', () => {
    const names = catalogue.actions.map((entry) => entry.name.toLowerCase());
    expect(names).toEqual([...new Set(names)].sort());
    expect(catalogue.actions.every((entry, index) => entry.index === index)).toBe(true);
  });

  it('is well formed', () => {
    const malformed = catalogue.actions.filter(
      (entry) =>
        !/^[a-z0-9-]+:[A-Za-z0-9_-]+$/.test(entry.name) ||
        !entry.name.startsWith(`${entry.service}:`) ||
        entry.accessLevels[0] !== entry.accessLevel ||
        entry.accessLevels.some((level) => !LEVELS.includes(level)) ||
        entry.wildcardOnly !== (entry.resourceTypes.length === 0) ||
        entry.conditionKeys.some((key) => !key.includes(':')),
    );
    expect(malformed).toEqual([]);
  });

  it('refers to resource types of its own service, each once', () => {
    for (const { name, service, resourceTypes } of catalogue.actions) {
      const types = resourceTypes.map((entry) => entry.type);
      expect(new Set(types).size, name).toBe(types.length);
      for (const type of types) {
        if (catalogue.resourceType(service, type) === undefined) expect.fail(`${name} refers to ${type}`);
      }
    }
  });

  it('has ARN templates of at least five segments that start with the partition', () => {
    const templates = catalogue.services.flatMap((service) => service.resourceTypes.flatMap((entry) => entry.arns));
    expect(templates.length).toBeGreaterThan(1_500);
    const malformed = templates.filter(
      (template) =>
        !template.startsWith(`arn:\${Partition}:`) || template.split(':').length < 5 || template.includes(','),
    );
    expect(malformed).toEqual([]);
  });

  it('belongs to a service that lists it', () => {
    expect(catalogue.services.flatMap((service) => service.actions)).toEqual(catalogue.actions);
  });

  it('names RCP services that exist', () => {
    for (const prefix of catalogue.rcpServices) expect(catalogue.service(prefix)?.prefix, prefix).toBe(prefix);
  });
});

describe('lookups', () => {
  it('find actions and services in any case', () => {
    expect(action('IAM:CREATEACCESSKEY').name).toBe('iam:CreateAccessKey');
    expect(action('s3:getobject').name).toBe('s3:GetObject');
    expect(catalogue.service('S3')?.name).toBe('Amazon S3');
  });

  it.each(['iam:CreateAccessKeys', 'iam:', 'CreateAccessKey', '', 'nosuch:Action', 's3:Get*', 'constructor'])(
    'know nothing of `%s`',
    (name) => {
      expect(catalogue.action(name)).toBeUndefined();
    },
  );

  it('know nothing of other services and types', () => {
    expect(catalogue.service('nosuch')).toBeUndefined();
    expect(catalogue.service('__proto__')).toBeUndefined();
    expect(catalogue.resourceType('iam', 'object')).toBeUndefined();
    expect(catalogue.resourceType('nosuch', 'user')).toBeUndefined();
  });

  it('keep an action that several services share under each prefix', () => {
    expect(action('s3:GetObject').service).toBe('s3');
    expect(action('s3-outposts:GetObject').service).toBe('s3-outposts');
  });
});

describe('known actions', () => {
  it('iam:CreateAccessKey works on a user', () => {
    expect(requiredTypes('iam:CreateAccessKey')).toEqual(['user']);
    expect(['write', 'permissions-management']).toContain(action('iam:CreateAccessKey').accessLevel);
    expect(catalogue.resourceType('iam', 'user')?.arn).toBe(
      `arn:\${Partition}:iam::\${Account}:user/\${UserNameWithPath}`,
    );
  });

  it('iam:PassRole works on a role and knows the service it is passed to', () => {
    expect(requiredTypes('iam:PassRole')).toEqual(['role']);
    expect(action('iam:PassRole').conditionKeys).toContain('iam:PassedToService');
  });

  it('iam:AttachRolePolicy manages permissions, which is also a write', () => {
    expect(action('iam:AttachRolePolicy').accessLevels).toEqual(['permissions-management', 'write']);
  });

  it('s3:GetObject works on an object', () => {
    const { accessLevel, resourceTypes } = action('s3:GetObject');
    expect(accessLevel).toBe('read');
    expect(resourceTypes.map((entry) => entry.type)).toContain('object');
    expect(catalogue.resourceType('s3', 'object')?.arn).toBe(`arn:\${Partition}:s3:::\${BucketName}/\${ObjectName}`);
  });

  it('s3:ListAllMyBuckets has no resource', () => {
    expect(action('s3:ListAllMyBuckets')).toMatchObject({ accessLevel: 'list', wildcardOnly: true, resourceTypes: [] });
  });

  it('ec2:RunInstances needs several resources and may use others', () => {
    expect(requiredTypes('ec2:RunInstances')).toEqual([
      'image',
      'instance',
      'network-interface',
      'security-group',
      'subnet',
    ]);
    expect(action('ec2:RunInstances').resourceTypes).toContainEqual(
      expect.objectContaining({ type: 'volume', required: false }),
    );
    const instance = action('ec2:RunInstances').resourceTypes.find((entry) => entry.type === 'instance');
    expect(instance?.conditionKeys).toContain('ec2:InstanceType');
  });

  it('ec2:CreateTags tags', () => {
    expect(action('ec2:CreateTags').accessLevel).toBe('tagging');
  });

  it('sts:AssumeRole works on a role', () => {
    expect(requiredTypes('sts:AssumeRole')).toEqual(['role']);
    expect(action('sts:AssumeRole').conditionKeys).toContain('sts:ExternalId');
    expect(catalogue.resourceType('sts', 'role')?.arn).toContain(`:iam::\${Account}:role/`);
  });

  it('lambda:InvokeFunction works on a function', () => {
    expect(requiredTypes('lambda:InvokeFunction')).toEqual(['function']);
    expect(action('lambda:InvokeFunction').accessLevel).toBe('write');
  });

  it('a type with two ARN forms keeps both', () => {
    expect(catalogue.resourceType('lex', 'bot')?.arns).toEqual([
      `arn:\${Partition}:lex:\${Region}:\${Account}:bot/\${BotId}`,
      `arn:\${Partition}:lex:\${Region}:\${Account}:bot:\${BotName}`,
    ]);
  });

  it.each(['sts', 's3', 'kms', 'sqs', 'secretsmanager'])('%s supports resource control policies', (prefix) => {
    expect(catalogue.rcpServices.has(prefix)).toBe(true);
  });

  it('iam does not support resource control policies', () => {
    expect(catalogue.rcpServices.has('iam')).toBe(false);
  });
});
