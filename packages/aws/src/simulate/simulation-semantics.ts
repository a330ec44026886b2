import type { CompiledCondition, ConditionLanguage, ProviderSemantics } from '@keyreach/core/authz';
import { awsSemantics } from '../authz/aws-semantics.ts';

let semantics: ProviderSemantics | undefined;

/**
 * AWS as one given request sees it. In an estate the engine tries the values that callers can choose (aws.md 1.12, class C)
 * and keeps the best outcome; a request that is given has made its choice, so a key it does not tell is undecided like
 * any other. Everything else is the same.
 */
export function simulationSemantics(): ProviderSemantics {
  semantics ??= { ...awsSemantics, conditions: withoutChoice(awsSemantics.conditions) };
  return semantics;
}

function withoutChoice(language: ConditionLanguage): ConditionLanguage {
  return {
    ...language,
    compile: (body) => {
      const compiled = language.compile(body);
      if (compiled.chosen.length === 0) return compiled;
      const keys = new Set([...compiled.requestKeys, ...compiled.chosen.map(({ key }) => key)]);
      return { ...compiled, chosen: [], requestKeys: [...keys].sort() } satisfies CompiledCondition;
    },
  };
}
