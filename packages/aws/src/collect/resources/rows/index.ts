import type { ResourceRow } from '../resource-row.ts';
import { BUILD_AND_CERTIFICATE_ROWS } from './build-and-certificate-rows.ts';
import { CONTAINER_ROWS } from './container-rows.ts';
import { DATA_ROWS } from './data-rows.ts';
import { EC2_ROWS } from './ec2-rows.ts';
import { KEY_AND_SECRET_ROWS } from './key-and-secret-rows.ts';
import { LAMBDA_ROWS } from './lambda-rows.ts';
import { MESSAGE_ROWS } from './message-rows.ts';
import { S3_ROWS } from './s3-rows.ts';

/** The types that are read through the APIs of their own services (aws.md 3.4, 3.5). One row for each. */
export const RESOURCE_ROWS: readonly ResourceRow[] = [
  ...S3_ROWS,
  ...KEY_AND_SECRET_ROWS,
  ...MESSAGE_ROWS,
  ...LAMBDA_ROWS,
  ...DATA_ROWS,
  ...EC2_ROWS,
  ...CONTAINER_ROWS,
  ...BUILD_AND_CERTIFICATE_ROWS,
];
