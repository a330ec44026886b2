import type { Certainty, NodeId } from '@keyreach/core/graph';
import type { GcpAsset } from '../bundle/gcp-input.ts';
import { fieldTexts } from './field-values.ts';

/** What a bucket holds of a workload; the name is the attribute that the bucket has then. */
export type FeedingPart = 'dagBucket' | 'sourceBucket' | 'stagingBucket';

/** A bucket whose objects a workload runs as code. */
export interface FeedingBucket {
  readonly bucket: NodeId;
  readonly part: FeedingPart;
  /** Name of the asset that runs the code. */
  readonly workload: string;
  /** `conditional`: only what is there at the time of a deploy is run. */
  readonly certainty: Certainty;
}

interface FeedingRow {
  readonly type: string;
  readonly path: string;
  readonly part: FeedingPart;
  readonly certainty: Certainty;
}

/** Fields that name a bucket, or an object in one (gcp.md 3.D and 3.E, preconditions). */
export const FEEDING_ROWS: readonly FeedingRow[] = [
  { type: 'composer.googleapis.com/Environment', path: 'config.dagGcsPrefix', part: 'dagBucket', certainty: 'allow' },
  { type: 'composer.googleapis.com/Environment', path: 'storageConfig.bucket', part: 'dagBucket', certainty: 'allow' },
  {
    type: 'cloudfunctions.googleapis.com/CloudFunction',
    path: 'sourceArchiveUrl',
    part: 'sourceBucket',
    certainty: 'conditional',
  },
  {
    type: 'cloudfunctions.googleapis.com/Function',
    path: 'buildConfig.source.storageSource.bucket',
    part: 'sourceBucket',
    certainty: 'conditional',
  },
  { type: 'appengine.googleapis.com/Application', path: 'codeBucket', part: 'stagingBucket', certainty: 'conditional' },
  {
    type: 'aiplatform.googleapis.com/ReasoningEngine',
    path: 'spec.packageSpec.pickleObjectGcsUri',
    part: 'stagingBucket',
    certainty: 'conditional',
  },
  {
    type: 'dataflow.googleapis.com/Job',
    path: 'environment.tempStoragePrefix',
    part: 'stagingBucket',
    certainty: 'conditional',
  },
  {
    type: 'dataproc.googleapis.com/Cluster',
    path: 'config.initializationActions[].executableFile',
    part: 'sourceBucket',
    certainty: 'conditional',
  },
];

/** The buckets that hold code of an asset. */
export function feedingBuckets({ assetType, name, resource }: GcpAsset): readonly FeedingBucket[] {
  if (resource === undefined) return [];
  return FEEDING_ROWS.filter(({ type }) => type === assetType).flatMap(({ path, part, certainty }) =>
    fieldTexts(resource.data, path).flatMap((text) => {
      const bucket = bucketOf(text);
      return bucket === undefined
        ? []
        : [{ bucket: `//storage.googleapis.com/${bucket}`, part, workload: name, certainty }];
    }),
  );
}

/** `gs://B/…`, `storage.googleapis.com/B/…`, `https://storage.googleapis.com/B/…` or the bare name. */
function bucketOf(text: string): string | undefined {
  if (text.length > 2000) return undefined;
  const plain = text.replace(/^(?:gs:\/\/|https:\/\/)/, '').replace(/^storage\.googleapis\.com\//, '');
  const [bucket = ''] = plain.split('/');
  return /^[a-z0-9][a-z0-9._-]{1,221}$/.test(bucket) ? bucket : undefined;
}
