/**
 * True for names of files that may hold CloudTrail records. Digests of log file integrity validation hold none.
 */
export function isLogName(path: string): boolean {
  return /\.(json|ndjson|jsonl)(\.gz)?$/.test(path) && !/[/\\]CloudTrail-Digest[/\\]/.test(path);
}
