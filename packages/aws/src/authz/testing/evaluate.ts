import type { CompiledCondition, Truth } from '@keyreach/core/authz';
import type { Json } from '@keyreach/core/graph';
import { awsConditionLanguage } from '../condition-language.ts';
import { type RequestFields, request } from './facts.ts';

/** Compiles a block of a current policy. */
export function compile(block: Json, version = '2012-10-17'): CompiledCondition {
  return awsConditionLanguage.compile({ version, block });
}

/** Compiles and evaluates a block. */
export function evaluate(block: Json, fields: RequestFields = {}): Truth {
  return compile(block).evaluate(request(fields));
}
