import type { Comparison, ConditionOperator, Order, ParsedOperator } from './condition-operator.ts';

const string = (wildcards: boolean, ignoreCase: boolean): Comparison => ({ type: 'string', wildcards, ignoreCase });
const order = (type: 'numeric' | 'date', by: Order): Comparison => ({ type, order: by });
const yes = (comparison: Comparison): ConditionOperator => ({ comparison, negated: false });
const no = (comparison: Comparison): ConditionOperator => ({ comparison, negated: true });

/** Every operator of aws.md 1.11 but `Null`, by its name in lower case. */
const operators: ReadonlyMap<string, ConditionOperator> = new Map([
  ['stringequals', yes(string(false, false))],
  ['stringnotequals', no(string(false, false))],
  ['stringequalsignorecase', yes(string(false, true))],
  ['stringnotequalsignorecase', no(string(false, true))],
  ['stringlike', yes(string(true, false))],
  ['stringnotlike', no(string(true, false))],
  // ArnEquals and ArnLike are the same, wildcards included.
  ['arnequals', yes({ type: 'arn' })],
  ['arnlike', yes({ type: 'arn' })],
  ['arnnotequals', no({ type: 'arn' })],
  ['arnnotlike', no({ type: 'arn' })],
  ['numericequals', yes(order('numeric', 'equal'))],
  ['numericnotequals', no(order('numeric', 'equal'))],
  ['numericlessthan', yes(order('numeric', 'less'))],
  ['numericlessthanequals', yes(order('numeric', 'less-or-equal'))],
  ['numericgreaterthan', yes(order('numeric', 'greater'))],
  ['numericgreaterthanequals', yes(order('numeric', 'greater-or-equal'))],
  ['dateequals', yes(order('date', 'equal'))],
  ['datenotequals', no(order('date', 'equal'))],
  ['datelessthan', yes(order('date', 'less'))],
  ['datelessthanequals', yes(order('date', 'less-or-equal'))],
  ['dategreaterthan', yes(order('date', 'greater'))],
  ['dategreaterthanequals', yes(order('date', 'greater-or-equal'))],
  ['bool', yes({ type: 'boolean' })],
  ['binaryequals', yes({ type: 'binary' })],
  ['ipaddress', yes({ type: 'ip' })],
  ['notipaddress', no({ type: 'ip' })],
]);

/**
 * Reads an operator with its modifiers, `ForAnyValue:StringLikeIfExists` and the like; undefined for one that AWS does
 * not document. Case is ignored: a stored policy has passed AWS's own check, so an unusual spelling is one AWS accepts.
 * `Null` takes neither a set operator nor `IfExists` (aws.md 1.11).
 */
export function conditionOperator(written: string): ParsedOperator | undefined {
  let name = written.toLowerCase();
  if (name === 'null') return { kind: 'null' };
  let set: 'all' | 'any' | 'none' = 'none';
  if (name.startsWith('forallvalues:')) set = 'all';
  else if (name.startsWith('foranyvalue:')) set = 'any';
  if (set !== 'none') name = name.slice(name.indexOf(':') + 1);
  const ifExists = name.endsWith('ifexists');
  if (ifExists) name = name.slice(0, -'ifexists'.length);
  const operator = operators.get(name);
  return operator === undefined ? undefined : { kind: 'compare', operator, set, ifExists };
}
