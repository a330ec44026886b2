import { visibilityOf } from './log-visibility.ts';

/**
 * What would tell whether an action was used, as the beginning of a sentence that ends in "would tell" (aws.md 4.1).
 *
 * @example
 * useToldBy('s3:GetObject'); // 'CloudTrail data events of `AWS::S3::Object` over the whole window'
 */
export function useToldBy(action: string): string {
  const where = visibilityOf(action);
  switch (where.in) {
    case 'management':
      return `CloudTrail management events of \`${where.source}\` over the whole window`;
    case 'data':
      return `CloudTrail data events of \`${where.type}\` over the whole window`;
    case 'request':
    case 'nowhere':
      return 'nothing that AWS records';
  }
}
