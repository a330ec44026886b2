/**
 * One line of a condition (an operator, a key and its values) as it came out for one request, for people.
 * `asks`: the whole line in words, with the key as the policy spells it. `outcome`: how the line comes out by itself.
 */
export interface ConditionFinding {
  readonly key: string;
  readonly asks: string;
  readonly outcome: 'holds' | 'fails' | 'conditional' | 'unknown';
  /** What the request has, in words: `"blue"`, `absent`. Not there where it is not known. */
  readonly found?: string;
  /**
   * Who decides the value: the facts of the `graph`, the `caller`, the kind of `credential` it signs in with, or
   * circumstances only known at `request` time.
   */
  readonly decidedBy: 'graph' | 'caller' | 'credential' | 'request';
}
