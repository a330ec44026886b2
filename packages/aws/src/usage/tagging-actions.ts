/**
 * The action that tags given on creation need, by prefix, where it is not the first of `TagResource`, `AddTagsToResource`,
 * `AddTags` and `CreateTags` that the service has. Source: the Service Authorization Reference; aws.md 4.3, row 71.
 */
export const TAGGING_ACTIONS: ReadonlyMap<string, string> = new Map([
  ['acm', 'AddTagsToCertificate'],
  ['acm-pca', 'TagCertificateAuthority'],
  ['autoscaling', 'CreateOrUpdateTags'],
  ['firehose', 'TagDeliveryStream'],
  ['iam', ''],
  ['kinesisvideo', 'TagStream TagResource'],
  ['lambda', 'TagResource'],
  ['sqs', 'TagQueue'],
  ['storagegateway', 'AddTagsToResource'],
  ['sts', ''],
]);

/** The same for single events, `prefix:Event`: services with a tagging action for each type of resource. */
export const TAGGING_BY_EVENT: ReadonlyMap<string, string> = new Map([
  ['iam:CreateInstanceProfile', 'TagInstanceProfile'],
  ['iam:CreateOpenIDConnectProvider', 'TagOpenIDConnectProvider'],
  ['iam:CreatePolicy', 'TagPolicy'],
  ['iam:CreateRole', 'TagRole'],
  ['iam:CreateSAMLProvider', 'TagSAMLProvider'],
  ['iam:CreateUser', 'TagUser'],
  ['iam:CreateVirtualMFADevice', 'TagMFADevice'],
  ['iam:UploadServerCertificate', 'TagServerCertificate'],
  ['logs:CreateLogGroup', 'TagResource'],
]);

/**
 * Services that are documented to ask for the tagging action when something is created with tags, for all that they create.
 * Elsewhere the tags may have needed it. Source: the pages of each service on permissions for tagging.
 */
export const TAGS_CHECKED_ON_CREATION: ReadonlySet<string> = new Set(
  'dynamodb ec2 ecs elasticache elasticloadbalancing fsx iam kms lambda logs memorydb rds secretsmanager sns sqs'.split(
    ' ',
  ),
);
