/** The six parts of an ARN: `arn`, partition, service, region, account, and everything after the fifth colon. */
export type ArnSegments = readonly [
  arn: string,
  partition: string,
  service: string,
  region: string,
  account: string,
  resource: string,
];

/**
 * Takes an ARN apart (aws.md 1.10, ARN segments); undefined for text that is not an ARN.
 *
 * @example
 * arnSegments('arn:aws:lambda:eu-west-1:123456789012:function:f:1')?.[5]; // 'function:f:1'
 */
export function arnSegments(text: string): ArnSegments | undefined {
  if (!text.startsWith('arn:')) return undefined;
  const second = text.indexOf(':', 4);
  const third = second < 0 ? -1 : text.indexOf(':', second + 1);
  const fourth = third < 0 ? -1 : text.indexOf(':', third + 1);
  const fifth = fourth < 0 ? -1 : text.indexOf(':', fourth + 1);
  if (fifth < 0) return undefined;
  return [
    'arn',
    text.slice(4, second),
    text.slice(second + 1, third),
    text.slice(third + 1, fourth),
    text.slice(fourth + 1, fifth),
    text.slice(fifth + 1),
  ];
}
