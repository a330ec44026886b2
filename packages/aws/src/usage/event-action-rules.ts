/** Rules of the events of one service. */
export interface EventActionRules {
  /** Action prefix; actions without a prefix are of this service. */
  readonly prefix: string;
  /**
   * Each row is `Event Event …: action action …`. An event is the name in the record without an API version; `Event*` stands
   * for all events that begin so and have no row of their own, the longest such beginning first. After `:` nothing: the event
   * needs no permission. An action may be or carry, in this order:
   *
   * - `*` for a name: the action of the event's own name,
   * - before its name `^`: on another resource than the one the call is about,
   * - after its name `~`: needed or not, the record does not tell,
   * - at the end `?mark`: only where the request holds the mark; `!mark`: only where it does not.
   */
  readonly rows: readonly `${string}:${string}`[];
}

/**
 * Events that need other actions than the one of their own name. Source: the Service Authorization Reference, the pages on
 * permissions and on CloudTrail of each service, aws.md 4.3 (rows 1 to 69).
 */
export const EVENT_ACTION_RULES: readonly EventActionRules[] = [
  {
    prefix: 's3',
    rows: [
      'ListBuckets: ListAllMyBuckets',
      'ListObjects ListObjectsV2 HeadBucket: ListBucket',
      'ListObjectVersions: ListBucketVersions',
      'ListMultipartUploads: ListBucketMultipartUploads',
      'ListParts: ListMultipartUploadParts',
      'HeadObject: GetObject!version GetObjectVersion?version',
      'GetObject: GetObject!version GetObjectVersion?version',
      'GetObjectAcl: GetObjectAcl!version GetObjectVersionAcl?version',
      'GetObjectTagging: GetObjectTagging!version GetObjectVersionTagging?version',
      'GetObjectTorrent: GetObjectTorrent!version GetObjectVersionTorrent?version',
      'GetObjectAttributes: GetObjectAttributes!version GetObject~!version GetObjectVersionAttributes?version GetObjectVersion~?version',
      'SelectObjectContent: GetObject',
      'PutObject: PutObject ^GetObject?copy PutObjectAcl?acl PutObjectTagging?tags PutObjectRetention~?retention PutObjectLegalHold~?retention',
      'PostObject: PutObject PutObjectAcl~ PutObjectTagging~',
      'CopyObject: PutObject ^GetObject ^GetObjectVersion~ ^GetObjectTagging~ PutObjectTagging~ PutObjectAcl?acl PutObjectRetention~?retention PutObjectLegalHold~?retention',
      'CreateMultipartUpload: PutObject PutObjectAcl?acl PutObjectTagging?tags PutObjectRetention~?retention PutObjectLegalHold~?retention',
      'UploadPart: PutObject ^GetObject?copy',
      'UploadPartCopy: PutObject ^GetObject ^GetObjectVersion~',
      'CompleteMultipartUpload: PutObject',
      'RenameObject: ',
      'PutObjectAcl: PutObjectAcl!version PutObjectVersionAcl?version',
      'PutObjectTagging: PutObjectTagging!version PutObjectVersionTagging?version',
      'PutObjectRetention: PutObjectRetention BypassGovernanceRetention~',
      'DeleteObject: DeleteObject!version DeleteObjectVersion?version BypassGovernanceRetention~?version',
      'DeleteObjects: DeleteObject~ DeleteObjectVersion~',
      'DeleteObjectTagging: DeleteObjectTagging!version DeleteObjectVersionTagging?version',
      'DeleteBucketCors: PutBucketCORS',
      'DeleteBucketEncryption PutBucketEncryption: PutEncryptionConfiguration',
      'GetBucketEncryption: GetEncryptionConfiguration',
      'PutBucketLifecycle DeleteBucketLifecycle PutBucketLifecycleConfiguration: PutLifecycleConfiguration',
      'GetBucketLifecycle GetBucketLifecycleConfiguration: GetLifecycleConfiguration',
      'PutBucketReplication DeleteBucketReplication: PutReplicationConfiguration',
      'GetBucketReplication: GetReplicationConfiguration',
      'PutBucketMetricsConfiguration DeleteBucketMetricsConfiguration: PutMetricsConfiguration',
      'GetBucketMetricsConfiguration ListBucketMetricsConfigurations: GetMetricsConfiguration',
      'PutBucketInventoryConfiguration DeleteBucketInventoryConfiguration: PutInventoryConfiguration',
      'GetBucketInventoryConfiguration ListBucketInventoryConfigurations: GetInventoryConfiguration',
      'PutBucketAnalyticsConfiguration DeleteBucketAnalyticsConfiguration: PutAnalyticsConfiguration',
      'GetBucketAnalyticsConfiguration ListBucketAnalyticsConfigurations: GetAnalyticsConfiguration',
      'PutBucketIntelligentTieringConfiguration DeleteBucketIntelligentTieringConfiguration: PutIntelligentTieringConfiguration',
      'GetBucketIntelligentTieringConfiguration ListBucketIntelligentTieringConfigurations: GetIntelligentTieringConfiguration',
      'PutBucketAccelerateConfiguration: PutAccelerateConfiguration',
      'GetBucketAccelerateConfiguration: GetAccelerateConfiguration',
      'PutBucketNotificationConfiguration: PutBucketNotification',
      'GetBucketNotificationConfiguration: GetBucketNotification',
      'PutObjectLockConfiguration: PutBucketObjectLockConfiguration',
      'GetObjectLockConfiguration: GetBucketObjectLockConfiguration',
      'GetBucketPublicAccessBlock: GetBucketPublicAccessBlock',
      'GetAccountPublicAccessBlock: GetAccountPublicAccessBlock',
      'DeleteBucketPublicAccessBlock: PutBucketPublicAccessBlock',
      'DeleteAccountPublicAccessBlock: PutAccountPublicAccessBlock',
      // Of a bucket and of an account: the record of these names does not tell which.
      'PutPublicAccessBlock DeletePublicAccessBlock: PutBucketPublicAccessBlock~ PutAccountPublicAccessBlock~',
      'GetPublicAccessBlock: GetBucketPublicAccessBlock~ GetAccountPublicAccessBlock~',
      'DeleteBucketOwnershipControls: PutBucketOwnershipControls',
      'DeleteBucketTagging: PutBucketTagging',
      'CreateBucketMetadataConfiguration: CreateBucketMetadataTableConfiguration',
      'DeleteBucketMetadataConfiguration: DeleteBucketMetadataTableConfiguration',
      'GetBucketMetadataConfiguration: GetBucketMetadataTableConfiguration',
      'WriteGetObjectResponse: s3-object-lambda:WriteGetObjectResponse',
      'CreateSession: s3express:CreateSession',
      'ListDirectoryBuckets: s3express:ListAllMyDirectoryBuckets',
    ],
  },
  {
    prefix: 's3-outposts',
    rows: [
      'GetBucketLifecycleConfiguration: GetLifecycleConfiguration',
      'PutBucketLifecycleConfiguration DeleteBucketLifecycleConfiguration: PutLifecycleConfiguration',
      'DeleteBucketTagging: PutBucketTagging',
      'GetBucketReplication: GetReplicationConfiguration',
      'PutBucketReplication DeleteBucketReplication: PutReplicationConfiguration',
    ],
  },
  {
    // The actions are the HTTP methods of the management API.
    prefix: 'apigateway',
    rows: [
      'Create* Generate* TestInvoke* TagResource ImportApiKeys ImportRestApi: POST',
      'Get* Export*: GET',
      'Update*: PATCH',
      'Put* Import* ReimportApi ImportDocumentationParts: PUT',
      'Delete* Flush* Reset* UntagResource: DELETE',
    ],
  },
  { prefix: 'execute-api', rows: ['PostToConnection GetConnection DeleteConnection: ManageConnections'] },
  {
    prefix: 'lambda',
    rows: [
      'Invoke InvokeWithResponseStream: InvokeFunction',
      'GetLayerVersionByArn: GetLayerVersion',
      'CreateFunction: CreateFunction GetLayerVersion~ CreateCodeSigningConfig~',
      'UpdateFunctionConfiguration: UpdateFunctionConfiguration GetLayerVersion~',
    ],
  },
  { prefix: 'cloudfront', rows: ['CreateDistributionWithTags: CreateDistribution TagResource'] },
  {
    prefix: 'dynamodb',
    rows: [
      'DescribeEndpoints: ',
      'TransactGetItems: GetItem',
      'TransactWriteItems: ConditionCheckItem~ PutItem~ UpdateItem~ DeleteItem~',
      'ExecuteStatement BatchExecuteStatement ExecuteTransaction: PartiQLSelect~ PartiQLInsert~ PartiQLUpdate~ PartiQLDelete~',
    ],
  },
  {
    prefix: 'kms',
    rows: [
      'ReEncrypt: ^ReEncryptFrom ^ReEncryptTo',
      'ReplicateKey: ReplicateKey ^CreateKey',
      'CreateCustomKeyStore: CreateCustomKeyStore cloudhsm:DescribeClusters~',
    ],
  },
  {
    prefix: 'sqs',
    rows: [
      'SendMessageBatch: SendMessage',
      'DeleteMessageBatch: DeleteMessage',
      'ChangeMessageVisibilityBatch: ChangeMessageVisibility',
    ],
  },
  { prefix: 'sns', rows: ['PublishBatch: Publish'] },
  { prefix: 'secretsmanager', rows: ['BatchGetSecretValue: BatchGetSecretValue ^GetSecretValue~'] },
  {
    prefix: 'sts',
    rows: [
      'AssumeRole: AssumeRole TagSession?tags SetSourceIdentity?source-identity',
      'GetFederationToken: GetFederationToken TagSession?tags',
      'GetCallerIdentity GetSessionToken: ',
    ],
  },
  {
    prefix: 'iam',
    rows: ['AddRoleToInstanceProfile: AddRoleToInstanceProfile ^PassRole'],
  },
  {
    prefix: 'ec2',
    rows: [
      'RunInstances RequestSpotInstances RequestSpotFleet CreateFleet ModifyFleet ModifySpotFleetRequest: * iam:PassRole?instance-profile iam:PassRole~!instance-profile',
      'CreateFlowLogs: * logs:CreateLogDelivery~',
      'AssociateIamInstanceProfile ReplaceIamInstanceProfileAssociation RunScheduledInstances: * iam:PassRole?instance-profile',
    ],
  },
  {
    prefix: 'autoscaling',
    rows: [
      'CreateLaunchConfiguration: * iam:PassRole?instance-profile',
      'CreateAutoScalingGroup UpdateAutoScalingGroup: * iam:PassRole~',
    ],
  },
  {
    prefix: 'glue',
    rows: [
      // The guide asks for the action of the single call or of the table, the reference has actions of these names too.
      'BatchUpdatePartition DeleteColumnStatisticsForPartition: *~ UpdatePartition~',
      'CreatePartitionIndex DeletePartitionIndex DeleteColumnStatisticsForTable: *~ UpdateTable~',
      'GetColumnStatisticsForPartition: *~ GetPartition~',
      'GetUnfilteredPartitionMetadata GetUnfilteredPartitionsMetadata: GetPartition',
      'GetColumnStatisticsForTable GetPartitionIndexes: *~ GetTable~',
      'GetUnfilteredTableMetadata: GetTable',
    ],
  },
  {
    prefix: 'budgets',
    rows: [
      'CreateBudget UpdateBudget DeleteBudget CreateNotification UpdateNotification DeleteNotification CreateSubscriber UpdateSubscriber DeleteSubscriber: ModifyBudget',
      'DescribeBudget DescribeBudgets DescribeBudgetPerformanceHistory DescribeBudgetNotificationsForAccount DescribeNotificationsForBudget DescribeSubscribersForNotification: ViewBudget',
    ],
  },
  {
    prefix: 'cassandra',
    rows: [
      'CreateKeyspace CreateTable CreateType: Create',
      'DeleteKeyspace DeleteTable DeleteType DropKeyspace DropTable DropType: Drop',
      'GetKeyspace GetTable GetType GetTableAutoScalingSettings ListKeyspaces ListTables ListTypes ListTagsForResource Select: Select',
      'UpdateKeyspace UpdateTable AlterKeyspace AlterTable: Alter',
      'Insert Update Delete: Modify',
      'RestoreTable: Restore',
    ],
  },
  {
    prefix: 'bedrock',
    rows: [
      'Converse: InvokeModel',
      'ConverseStream InvokeModelWithBidirectionalStream: InvokeModelWithResponseStream',
      'StartAsyncInvoke: InvokeModel',
      'RetrieveAndGenerateStream: RetrieveAndGenerate',
    ],
  },
  {
    prefix: 'mediapackage',
    rows: ['ConfigureLogs: *~ UpdateChannel~'],
  },
  {
    prefix: 'timestream',
    rows: ['Query: Select~ SelectValues~ DescribeTable~ ListDatabases~ ListMeasures~ ListTables~'],
  },
  { prefix: 'cloudsearch', rows: ['UploadDocuments: document'] },
  {
    // One operation for what the actions tell apart.
    prefix: 'neptune-db',
    rows: [
      'ExecuteGremlinQuery ExecuteGremlinExplainQuery ExecuteGremlinProfileQuery ExecuteOpenCypherQuery ExecuteOpenCypherExplainQuery: ReadDataViaQuery~ WriteDataViaQuery~ DeleteDataViaQuery~',
    ],
  },
  {
    // Signed with the token of the Identity Center session: no action of IAM decides (aws.md 4.3, row 69).
    prefix: 'sso',
    rows: ['GetRoleCredentials ListAccounts ListAccountRoles Logout Federate Authenticate: '],
  },
  { prefix: 'sso-oauth', rows: ['CreateToken RegisterClient StartDeviceAuthorization: '] },
  {
    // Sign-in needs no permission; the calls that follow do.
    prefix: 'signin',
    rows: [
      'ConsoleLogin SwitchRole ExitRole RenewRole GetSigninToken CheckMfa UserAuthentication CredentialVerification CredentialChallenge Federate ExternalIdPDirectoryLogin PasswordRecoveryRequested PasswordRecoveryCompleted PasswordUpdated EmailUpdated: ',
    ],
  },
  { prefix: 'detective', rows: ['ListOrganizationAdminAccounts: ListOrganizationAdminAccount'] },
  // From here on: roles. That a role named by ARN is handed over is told for most events by the descriptions of the APIs
  // (`event-data.ts`); here are requests that name a role or an instance profile by name, or use one that is stored elsewhere.
  {
    prefix: 'batch',
    rows: ['CreateComputeEnvironment UpdateComputeEnvironment: * iam:PassRole~!role'],
  },
  {
    prefix: 'cloudformation',
    rows: ['CreateStackInstances UpdateStackInstances: * iam:PassRole~'],
  },
  {
    prefix: 'datapipeline',
    rows: ['PutPipelineDefinition: * iam:PassRole~'],
  },
  {
    prefix: 'ecs',
    rows: ['RunTask StartTask CreateService UpdateService CreateTaskSet: * iam:PassRole~!role'],
  },
  {
    prefix: 'elasticbeanstalk',
    rows: [
      'CreateEnvironment UpdateEnvironment CreateConfigurationTemplate UpdateConfigurationTemplate: * iam:PassRole?role iam:PassRole~!role',
    ],
  },
  {
    prefix: 'elasticmapreduce',
    rows: ['RunJobFlow AddInstanceGroups CreateStudio StartNotebookExecution: * iam:PassRole~!role'],
  },
  {
    prefix: 'glue',
    rows: [
      'CreateCrawler UpdateCrawler CreateDevEndpoint CreateJob UpdateJob CreateMLTransform UpdateMLTransform CreateSession: * iam:PassRole~!role',
    ],
  },
  {
    prefix: 'imagebuilder',
    rows: ['CreateInfrastructureConfiguration UpdateInfrastructureConfiguration: * iam:PassRole~!role'],
  },
  {
    prefix: 'ssm',
    rows: [
      'CreateActivation UpdateManagedInstanceRole RegisterTaskWithMaintenanceWindow UpdateMaintenanceWindowTask StartAutomationExecution: * iam:PassRole~!role',
    ],
  },
  // Services whose descriptions are no longer published.
  { prefix: 'codestar', rows: ['CreateProject: * iam:PassRole?role'] },
  { prefix: 'elastictranscoder', rows: ['CreatePipeline UpdatePipeline TestRole: * iam:PassRole?role'] },
  {
    prefix: 'iotanalytics',
    rows: [
      'CreateChannel UpdateChannel CreateDatastore UpdateDatastore CreateDataset UpdateDataset PutLoggingOptions: * iam:PassRole?role',
    ],
  },
  {
    prefix: 'iotevents',
    rows: [
      'CreateAlarmModel UpdateAlarmModel CreateDetectorModel UpdateDetectorModel PutLoggingOptions: * iam:PassRole?role',
    ],
  },
  {
    prefix: 'opsworks',
    rows: ['CloneStack CreateStack UpdateStack CreateLayer UpdateLayer: * iam:PassRole?role'],
  },
  { prefix: 'opsworks-cm', rows: ['CreateServer: * iam:PassRole?role'] },
  { prefix: 'qldb', rows: ['ExportJournalToS3 StreamJournalToKinesis: * iam:PassRole?role'] },
  { prefix: 'robomaker', rows: ['CreateSimulationJob CreateWorldExportJob: * iam:PassRole?role'] },
  {
    prefix: 'sms',
    rows: [
      'CreateApp UpdateApp CreateReplicationJob UpdateReplicationJob ImportAppCatalog PutAppLaunchConfiguration: * iam:PassRole?role iam:PassRole~!role',
    ],
  },
  { prefix: 'workmail', rows: ['StartMailboxExportJob: * iam:PassRole?role'] },
];
