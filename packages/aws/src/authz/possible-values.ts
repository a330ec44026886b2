import { FRESH_CHARACTER, FRESH_VALUE } from './fresh-value.ts';
import { isTagValue } from './tag-value.ts';

/** Whether a request can have a value for a key; fresh text in it stands for anything that AWS takes there. */
export type PossibleValue = (value: string) => boolean;

/** A value with a letter, which every key takes, for whatever is fresh in it. */
function filled(value: string): string {
  return value.replaceAll(FRESH_VALUE, 'x').replaceAll(FRESH_CHARACTER, 'x');
}

function madeOf(characters: RegExp): PossibleValue {
  return (value) => characters.test(filled(value));
}

const isPolicyPathName = madeOf(/^[\x21-\x29\x2b-\x7e]*$/);

/**
 * What the keys of aws.md 1.12 can hold whose values AWS checks before it looks at any policy. `StringEquals` compares with
 * `*` as it is written: a condition that asks for `ec2*` or `policy/Team*` that way holds for no request at all.
 */
export const possibleValues: {
  /** The name of a region. */
  readonly region: PossibleValue;
  /** The name of a service as a principal, such as `ec2.amazonaws.com`. */
  readonly service: PossibleValue;
  /** The ARN of a managed policy. Its path may have every visible character but `*`, its name only a few. */
  readonly policyArn: PossibleValue;
  /** The name of a role session, or a source identity. */
  readonly sessionName: PossibleValue;
  /** An external id. */
  readonly externalId: PossibleValue;
  /** The value of a tag on a user, a role or a session. */
  readonly principalTag: PossibleValue;
} = {
  region: madeOf(/^[a-z0-9-]+$/),
  service: madeOf(/^[\w.-]+$/),
  policyArn: (value) =>
    value.includes(FRESH_VALUE) || value.includes(FRESH_CHARACTER)
      ? isPolicyPathName(value)
      : /^arn:[a-z0-9-]+:iam::(?:\d{12}|aws):policy\/(?:[\x21-\x29\x2b-\x7e]*\/)?[\w+=,.@-]+$/.test(value),
  sessionName: madeOf(/^[\w+=,.@-]+$/),
  externalId: madeOf(/^[\w+=,.@:/-]+$/),
  principalTag: (value) => isTagValue(filled(value)),
};
