import { describe, expect, test } from 'vitest';
import { awsCatalogue } from '../catalogue/action-catalogue.ts';
import { requestTemplates } from './request-templates.ts';
import { RESOURCE_ALTERNATIVES, requiredAlternatives } from './resource-alternatives.ts';

describe('aws.md 1.10: required resource types that are alternatives', () => {
  test('every row names types and actions that the catalogue has', () => {
    const catalogue = awsCatalogue();
    for (const { service, types, only = [], except = [] } of RESOURCE_ALTERNATIVES) {
      for (const type of types)
        expect([service, type, catalogue.resourceType(service, type)?.type]).toEqual([service, type, type]);
      for (const name of [...only, ...except]) {
        const action = catalogue.action(`${service}:${name}`);
        const required = action?.resourceTypes.filter((one) => one.required).map(({ type }) => type) ?? [];
        expect([action?.name, required.filter((type) => types.includes(type)).length > 1]).toEqual([
          `${service}:${name}`,
          true,
        ]);
      }
    }
  });

  test('a model is invoked by one of many kinds of id; a throughput is changed beside the model', () => {
    expect(requestTemplates('bedrock:InvokeModel', undefined)).toHaveLength(1);
    expect(requestTemplates('bedrock:InvokeModel', undefined)[0]).toContain('arn:aws:bedrock:*::foundation-model/*');
    expect(
      requiredAlternatives('bedrock:UpdateProvisionedModelThroughput', [
        'custom-model',
        'foundation-model',
        'provisioned-model',
      ]),
    ).toEqual([['custom-model', 'foundation-model'], ['provisioned-model']]);
    expect(requestTemplates('bedrock-agentcore:InvokeCodeInterpreter', undefined)).toHaveLength(1);
    expect(requestTemplates('bedrock-agentcore:InvokeAgentRuntime', undefined)).toHaveLength(2);
  });

  test('what a request names side by side stays side by side', () => {
    expect(requestTemplates('ec2:RunInstances', undefined)).toHaveLength(5);
    expect(requestTemplates('sso:CreateAccountAssignment', undefined)).toHaveLength(3);
    expect(requestTemplates('glue:GetTable', undefined)).toHaveLength(3);
    expect(requestTemplates('organizations:MoveAccount', undefined)).toHaveLength(2);
  });

  test('tags and policies are those of one resource', () => {
    for (const action of ['dynamodb:TagResource', 'kinesis:PutResourcePolicy', 'athena:UntagResource', 'es:AddTags']) {
      expect([action, requestTemplates(action, undefined).length]).toEqual([action, 1]);
    }
  });
});
