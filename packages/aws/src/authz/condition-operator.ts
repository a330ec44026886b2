/** How an operator compares one request value with one policy value. */
export type Comparison =
  | { readonly type: 'string'; readonly wildcards: boolean; readonly ignoreCase: boolean }
  | { readonly type: 'arn' }
  | { readonly type: 'numeric' | 'date'; readonly order: Order }
  | { readonly type: 'boolean' }
  | { readonly type: 'binary' }
  | { readonly type: 'ip' };

/** `less`: the request value is less than the policy value, and so on. */
export type Order = 'equal' | 'less' | 'less-or-equal' | 'greater' | 'greater-or-equal';

/** A condition operator without its modifiers. */
export interface ConditionOperator {
  readonly comparison: Comparison;
  /** True where none of the policy values may match. */
  readonly negated: boolean;
}

/** An operator as a policy writes it. */
export type ParsedOperator =
  | { readonly kind: 'null' }
  | {
      readonly kind: 'compare';
      readonly operator: ConditionOperator;
      /** `ForAllValues:`, `ForAnyValue:`, or none. */
      readonly set: 'all' | 'any' | 'none';
      /** The `…IfExists` suffix. */
      readonly ifExists: boolean;
    };
