import type { AccessClass } from '@keyreach/core/reach';
import type { CatalogueAction } from './action-catalogue.ts';

/** Actions that the access level alone would put in the wrong class. */
export interface AccessClassRule {
  readonly accessClass: AccessClass;
  /** Each entry is `prefix:Name Name …`; the prefix `*` stands for every service that has an action of that name. */
  readonly actions: readonly `${string}:${string}`[];
}

/**
 * The exceptions, by class; an action is in at most one. Sources: the descriptions of the Service Authorization Reference, and
 * the documented results of the calls.
 *
 * `sts:AssumeRole*` and `iam:PassRole` are not listed: what they lead to is found by following the role, and the call itself
 * changes no permission.
 */
export const ACCESS_CLASS_RULES: readonly AccessClassRule[] = [
  {
    accessClass: 'secret-read',
    actions: [
      'secretsmanager:GetSecretValue BatchGetSecretValue', // the stored secret, decrypted
      'ssm:GetParameter GetParameters GetParametersByPath GetParameterHistory', // SecureString values, decrypted
      'ssm:GetAccessToken RequestManagedInstanceRoleToken', // credentials for a node, credentials of a node
      'ec2:GetPasswordData', // Windows administrator password, readable with the key pair
      'ecr:GetAuthorizationToken', // registry login for 12 hours
      'ecr-public:GetAuthorizationToken', // registry login
      'codeartifact:GetAuthorizationToken', // repository login
      'codeconnections:GetConnectionToken', // token of the connected source provider
      'codestar-connections:GetConnectionToken', // the same service under its former name
      'rds-db:connect', // a signed token replaces the database password
      'dsql:DbConnect DbConnectAdmin', // likewise
      'elasticache:Connect', // likewise
      'memorydb:Connect', // likewise
      'redshift:GetClusterCredentials GetClusterCredentialsWithIAM GetIdentityCenterAuthToken', // database login
      'redshift-serverless:GetCredentials GetIdentityCenterAuthToken', // database login
      'lightsail:GetInstanceAccessDetails DownloadDefaultKeyPair', // SSH keys
      'lightsail:GetRelationalDatabaseMasterUserPassword CreateContainerServiceRegistryLogin', // passwords
      'bedrock-agentcore:GetResourceApiKey GetResourceOauth2Token GetResourcePaymentToken', // third-party credentials
      'bedrock-agentcore:CompleteResourceTokenAuth', // third-party token after consent
      'bedrock-agentcore:GetWorkloadAccessToken GetWorkloadAccessTokenForJWT GetWorkloadAccessTokenForUserId', // opens the token vault
      'cognito-identity:GetCredentialsForIdentity GetOpenIdToken GetOpenIdTokenForDeveloperIdentity', // role credentials or the token for them
      'eks-auth:AssumeRoleForPodIdentity', // credentials of a pod's role
      'lakeformation:GetTemporaryGlueTableCredentials GetTemporaryGluePartitionCredentials', // credentials for the table's objects
      's3:GetDataAccess', // credentials for an access grant
      'events:RetrieveConnectionCredentials', // credentials of an API destination
      'elasticmapreduce:GetClusterSessionCredentials GetSessionEndpoint', // cluster login
      'emr-containers:GetManagedEndpointSessionCredentials', // endpoint token
      'emr-serverless:GetSessionEndpoint', // session token
      'athena:GetSessionEndpoint', // session token
      'datazone:GetEnvironmentCredentials GetDomainExecutionRoleCredentials', // role credentials
      'finspace-api:GetProgrammaticAccessCredentials', // role credentials
      'gamelift:GetComputeAccess GetComputeAuthToken GetInstanceAccess RequestUploadCredentials', // host and upload credentials
      'cloudwatch:GetSpaceCredentials GetSpaceCredentialsForOrganization', // temporary credentials
      'connect:GetFederationToken AdminGetEmergencyAccessToken', // sign-in to the contact centre
      'quicksight:GetAuthCode', // sign-in as a QuickSight user
      'license-manager:GetAccessToken', // token for license calls
      'appsync:ListApiKeys', // the id of a key is the key
      'geo:DescribeKey', // includes the API key
      'wafv2:GetDecryptedAPIKey', // API key in the clear
      'ivs:GetStreamKey BatchGetStreamKey', // the key that authorises a stream
      'acm:ExportCertificate GetAcmeExternalAccountBindingCredentials', // private key; account binding key
      'pca-connector-scep:GetChallengePassword', // enrols certificates
      'payment-cryptography:ExportKey', // key material
      'storagegateway:DescribeChapCredentials', // iSCSI secrets
      'route53domains:RetrieveDomainAuthCode', // transfers the domain
      'route53globalresolver:GetAccessToken', // resolver token
      'states:RevealSecrets', // unmasks secrets in executions
    ],
  },
  {
    accessClass: 'permission-admin',
    actions: [
      '*:PutResourcePolicy DeleteResourcePolicy', // the resource decides who may use it; many services call this a plain write
      'iam:CreateAccessKey UpdateAccessKey', // a key of another user, or a disabled one back to life
      'iam:CreateLoginProfile UpdateLoginProfile', // a console password for another user
      'iam:CreateServiceSpecificCredential ResetServiceSpecificCredential UpdateServiceSpecificCredential', // service passwords and API keys
      'iam:UploadSSHPublicKey UpdateSSHPublicKey UploadSigningCertificate UpdateSigningCertificate', // keys that authenticate as the user
      'iam:EnableMFADevice DeactivateMFADevice', // decides who passes as the user where MFA is required
      'iam:AddUserToGroup RemoveUserFromGroup', // the group's grants and denies
      'iam:AddRoleToInstanceProfile RemoveRoleFromInstanceProfile', // the role of running instances
      'iam:CreateOpenIDConnectProvider AddClientIDToOpenIDConnectProvider UpdateOpenIDConnectProviderThumbprint', // whose tokens are trusted
      'iam:CreateSAMLProvider UpdateSAMLProvider', // whose assertions are trusted
      'iam:AcceptDelegationRequest SendDelegationToken', // hands permissions to a third party
      'iam:EnableOrganizationsRootSessions EnableOrganizationsRootCredentialsManagement', // root of member accounts
      'sso:CreateAccountAssignment DeleteAccountAssignment', // who gets which role in which account
      'sso:PutInlinePolicyToPermissionSet DeleteInlinePolicyFromPermissionSet ProvisionPermissionSet', // what the roles may do
      'sso:CreateApplicationAssignment DeleteApplicationAssignment PutApplicationGrant', // who may use an application
      'sso:CreateTrustedTokenIssuer UpdateTrustedTokenIssuer', // whose tokens are exchanged
      'sso:AssociateProfile DisassociateProfile AssociateDirectory', // the console's form of assignments and sources
      'identitystore:CreateGroupMembership DeleteGroupMembership', // the group's assignments
      'sso-directory:AddMemberToGroup RemoveMemberFromGroup', // the same through the console
      'sso-directory:UpdatePassword CreateBearerToken', // signs in as a user; writes users and groups through SCIM
      'sso-directory:CreateExternalIdPConfigurationForDirectory UpdateExternalIdPConfigurationForDirectory', // who vouches for users
      'sso-directory:EnableExternalIdPConfigurationForDirectory ImportExternalIdPCertificate', // likewise
      'organizations:DeletePolicy DisablePolicyType MoveAccount LeaveOrganization RemoveAccountFromOrganization', // lifts guardrails
      'organizations:RegisterDelegatedAdministrator DeregisterDelegatedAdministrator', // a member account rules others
      'eks:CreateAccessEntry UpdateAccessEntry DeleteAccessEntry AssociateAccessPolicy DisassociateAccessPolicy', // cluster rights
      'eks:CreatePodIdentityAssociation UpdatePodIdentityAssociation AssociateIdentityProviderConfig', // roles of pods; who may log in
      'cognito-identity:SetIdentityPoolRoles UpdateIdentityPool SetPrincipalTagAttributeMap', // the role a login gets
      'cognito-idp:AdminSetUserPassword AdminLinkProviderForUser AddUserPoolClientSecret', // signs in as a user or client
      'cognito-idp:AdminAddUserToGroup AdminRemoveUserFromGroup', // the group's role
      'cognito-idp:CreateIdentityProvider UpdateIdentityProvider', // whose logins are trusted
      'rolesanywhere:CreateTrustAnchor UpdateTrustAnchor EnableTrustAnchor', // whose certificates are trusted
      'rolesanywhere:CreateProfile UpdateProfile EnableProfile PutAttributeMapping', // which roles they get, with which tags
      'ec2:ModifyImageAttribute ModifyFpgaImageAttribute', // shares an image
      'ec2:ModifyVerifiedAccessEndpointPolicy ModifyVerifiedAccessGroupPolicy', // who passes
      'rds:ModifyDBSnapshotAttribute ModifyDBClusterSnapshotAttribute', // shares a database
      'ram:CreateResourceShare UpdateResourceShare AssociateResourceShare DisassociateResourceShare', // shares with other accounts
      'ram:AssociateResourceSharePermission ReplacePermissionAssociations SetDefaultPermissionVersion', // what the share allows
      'es:UpdateDomainConfig UpdateElasticsearchDomainConfig AuthorizeVpcEndpointAccess', // includes the access policy
      'aoss:CreateAccessPolicy UpdateAccessPolicy DeleteAccessPolicy', // who reads the collections
      'aoss:CreateSecurityPolicy UpdateSecurityPolicy', // public network access
      'dsql:PutClusterPolicy DeleteClusterPolicy', // resource policy
      'kafka:PutClusterPolicy DeleteClusterPolicy BatchAssociateScramSecret', // resource policy; passwords that log in
      'kms:ReplicateKey', // the replica's key policy comes with the call
      'logs:PutDestinationPolicy PutDeliveryDestinationPolicy DeleteDeliveryDestinationPolicy', // resource policies
      'codeartifact:PutDomainPermissionsPolicy PutRepositoryPermissionsPolicy', // resource policies
      'codebuild:UpdateProjectVisibility', // makes builds and logs public
      'sagemaker:PutModelPackageGroupPolicy DeleteModelPackageGroupPolicy PutLineageGroupPolicy', // resource policies
      'serverlessrepo:PutApplicationPolicy', // shares an application
      'oam:PutSinkPolicy', // shares telemetry
      'resource-groups:PutGroupPolicy', // shares a group
      'rekognition:PutProjectPolicy DeleteProjectPolicy', // shares models
      'mediapackagev2:PutChannelPolicy PutOriginEndpointPolicy', // resource policies
      'route53profiles:PutProfilePolicy', // shares a profile
      'appmesh:PutMeshPolicy', // shares a mesh
      'aiops:PutInvestigationGroupPolicy DeleteInvestigationGroupPolicy', // resource policy
      'lex:CreateResourcePolicy UpdateResourcePolicy CreateResourcePolicyStatement DeleteResourcePolicyStatement', // resource policy
      'ssm-contacts:PutContactPolicy', // shares contacts
      'elemental-inference:PutFeedPolicy', // resource policy
      'config:PutAggregationAuthorization', // another account may read the configuration
      'dataexchange:CreateDataGrant', // shares data
      'omics:CreateShare', // shares stores
      'appstream:UpdateImagePermissions', // shares an image
      'license-manager:CreateGrant', // shares licenses
      'verifiedpermissions:CreatePolicy UpdatePolicy DeletePolicy', // the Cedar policies applications decide by
      'bedrock-agentcore:CreatePolicy UpdatePolicy DeletePolicy', // the Cedar policies gateways decide by
      'iotsitewise:CreateAccessPolicy UpdateAccessPolicy DeleteAccessPolicy', // who sees portals and projects
      'lakeformation:AddLFTagsToResource RemoveLFTagsFromResource', // grants are made on these tags
      'lakeformation:CreateDataCellsFilter UpdateDataCellsFilter', // which rows and columns a grant shows
      'ds-data:AddGroupMember RemoveGroupMember', // directory rights
      'ds:ResetUserPassword', // signs in as a directory user
      'elasticache:ModifyUser', // passwords and access strings
      'memorydb:UpdateUser UpdateAcl', // passwords and access strings
      'transfer:CreateAccess UpdateAccess ImportSshPublicKey', // who logs in, with the user's role
      'lightsail:CreateBucketAccessKey SetResourceAccessForBucket', // a key, or an instance's access
      'grafana:CreateWorkspaceApiKey CreateWorkspaceServiceAccountToken', // mints workspace credentials
      'cloud9:CreateEnvironmentMembership UpdateEnvironmentMembership', // who shares the terminal
      'datazone:CreateProjectMembership DeleteProjectMembership CreateSubscriptionGrant', // who sees a project's data
      'quicksight:UpdateResourcePermissions CreateGroupMembership CreateRoleMembership', // who sees the data
      'workdocs:AddResourcePermissions RemoveResourcePermission RemoveAllResourcePermissions', // who sees the documents
      'workmail:PutMailboxPermissions DeleteMailboxPermissions ResetPassword', // who reads the mail
    ],
  },
  {
    accessClass: 'data-read',
    actions: [
      's3:GetObject GetObjectVersion GetObjectTorrent GetObjectVersionTorrent', // object content
      's3:GetObjectAnnotation GetObjectVersionAnnotation', // annotations are stored by the customer
      's3:GetObjectVersionForReplication GetObjectVersionAnnotationForReplication', // content, copied elsewhere
      's3-object-lambda:GetObject GetObjectVersion', // transformed content
      's3-outposts:GetObject GetObjectVersion GetObjectVersionForReplication', // object content
      's3express:CreateSession', // the one action behind every object call of a directory bucket
      's3tables:GetTableData', // table files
      's3vectors:GetVectors ListVectors QueryVectors', // vectors with their metadata
      's3files:ClientMount', // mounts the files
      'elasticfilesystem:ClientMount ReplicationRead', // mounts the files
      'ebs:GetSnapshotBlock', // disk content
      'backup-storage:GetChunk GetBaseBackup GetIncrementalBaseBackup', // backup content
      'glacier:GetJobOutput', // archive content
      'mediastore:GetObject', // object content
      'mediapackagev2:GetObject', // media
      'dynamodb:GetItem BatchGetItem Query Scan PartiQLSelect SearchVectors', // items
      'dynamodb:GetRecords ReadDataForReplication', // the change stream carries items
      'dynamodb:ExportTableToPointInTime', // the table, to a bucket
      'dax:GetItem BatchGetItem Query Scan', // items through the cache
      'cassandra:Select SelectMultiRegionResource GetRecords', // rows and change stream
      'timestream:Select Unload', // rows; to a bucket
      'sdb:Select GetAttributes', // attributes
      'qldb:PartiQLSelect PartiQLHistoryFunction GetBlock GetRevision ExecuteStatement SendCommand ExportJournalToS3', // ledger documents
      'neptune-db:ReadDataViaQuery GetStreamRecords connect', // graph data; `connect` is all of it on old engines
      'neptune-graph:ReadDataViaQuery', // graph data
      'rds-data:ExecuteStatement BatchExecuteStatement ExecuteSql', // SQL of the caller's choice
      'redshift-data:ExecuteStatement BatchExecuteStatement GetStatementResult', // SQL of the caller's choice
      'redshift:ExecuteQuery FetchResults', // the same in the console
      'rds:DownloadCompleteDBLogFile DownloadDBLogFilePortion', // logs may hold statements
      'athena:GetQueryResults GetQueryResultsStream ExportNotebook', // query results, notebooks
      'glue:GetEntityRecords GetDataPreviewStatement RunDataPreviewStatement GetStatement', // records and results
      'lakeformation:GetDataAccess GetTableObjects GetWorkUnitResults', // table data for integrated engines
      'datazone:GetCellRunResult', // query results
      'sqlworkbench:ExportNotebook BatchGetNotebookCell GetQueryExecutionHistory', // queries with their results
      'opensearch:GetDirectQueryResult', // query results
      'es:ESHttpGet ESHttpPost ESCrossClusterGet', // documents; searches are posted
      'aoss:APIAccessAll DashboardsAccessAll', // the data plane is one action; access policies decide the rest
      'cloudsearch:search', // documents
      'kendra:Query Retrieve', // indexed documents
      'qbusiness:Chat ChatSync SearchRelevantContent GetDocumentContent GetMedia', // indexed documents
      'q:GetConversation', // conversations
      'bedrock:Retrieve RetrieveAndGenerate AgenticRetrieveStream GetDocumentContent', // knowledge base content
      'bedrock-agentcore:RetrieveMemoryRecords GetMemoryRecord ListMemoryRecords GetEvent ListEvents', // what agents were told
      'bedrock-agentcore:ConnectBrowserLiveViewStream', // what an agent sees
      'aws-external-anthropic:GetFile', // file content
      'wisdom:GetContent Retrieve QueryAssistant', // knowledge content
      'sqs:ReceiveMessage', // messages
      'sns:Subscribe', // every later message, to an endpoint of the caller's choice
      'kinesis:GetRecords SubscribeToShard', // records
      'kafka-cluster:ReadData', // records
      'kinesisvideo:GetMedia GetMediaForFragmentList GetClip GetImages', // video
      'kinesisvideo:GetHLSStreamingSessionURL GetDASHStreamingSessionURL', // video, by URL
      'iot:Receive Subscribe GetRetainedMessage GetThingShadow', // device messages and state
      'iotanalytics:GetDatasetContent SampleChannelData', // device data
      'iotsitewise:GetAssetPropertyValue GetAssetPropertyValueHistory GetAssetPropertyAggregates', // measurements
      'iotsitewise:BatchGetAssetPropertyValue BatchGetAssetPropertyValueHistory BatchGetAssetPropertyAggregates', // measurements
      'iotsitewise:GetInterpolatedAssetPropertyValues ExecuteQuery GetQueryResults GetCaptureData', // measurements
      'iottwinmaker:ExecuteQuery GetPropertyValue GetPropertyValueHistory', // measurements
      'geo:GetDevicePosition GetDevicePositionHistory BatchGetDevicePosition ListDevicePositions', // where people and things are
      'logs:GetLogEvents FilterLogEvents GetLogRecord StartLiveTail', // log events
      'logs:StartQuery GetQueryResults Unmask GetLookupTable', // log events by query; masked ones in the clear
      'logs:CreateExportTask PutSubscriptionFilter', // log events, sent elsewhere
      'cloudwatch:GetRecords QueryTraces', // logs and traces
      'xray:BatchGetTraces ListRetrievedTraces', // traces
      'cloudtrail:GetQueryResults GetEventDataStoreData', // audit events
      'rum:GetAppMonitorData', // sessions of end users
      'kms:Decrypt ReEncryptFrom', // opens what is encrypted
      'payment-cryptography:DecryptData', // likewise
      'lambda:GetFunction GetLayerVersion', // code, by URL
      'lambda:GetDurableExecution GetDurableExecutionHistory GetDurableExecutionState', // input and results
      'codecommit:GitPull GetFile GetBlob GetFolder GetDifferences GetBlobDifferences', // source code
      'codecommit:GetMergeConflicts BatchDescribeMergeConflicts DescribeMergeConflicts', // source code
      'codeconnections:UseConnection', // connected repositories
      'codestar-connections:UseConnection', // the same service under its former name
      'codeartifact:ReadFromRepository GetPackageVersionAsset', // packages
      'codepipeline:PollForJobs GetJobDetails PollForThirdPartyJobs GetThirdPartyJobDetails', // includes artifact credentials
      'ecr:BatchGetImage GetDownloadUrlForLayer', // image content
      'sagemaker:GetRecord BatchGetRecord', // feature records
      'sagemaker:CreateHubContentPresignedUrls', // model artifacts
      'sagemaker-mlflow:GetDownloadURIForModelVersionArtifacts', // model artifacts
      'ec2:GetConsoleOutput GetConsoleScreenshot ExportImage CreateInstanceExportTask', // what a machine shows; its disk, to a bucket
      'ssm:GetCommandInvocation ListCommandInvocations', // output of commands
      'ec2messages:GetMessages', // commands sent to nodes
      'states:GetExecutionHistory DescribeExecution GetActivityTask', // input and output of executions
      'swf:GetWorkflowExecutionHistory PollForActivityTask PollForDecisionTask', // input and output of workflows
      'appconfig:GetConfiguration GetLatestConfiguration GetHostedConfigurationVersion', // application configuration
      'cloudfront-keyvaluestore:GetKey ListKeys', // values
      'appsync:GraphQL SourceGraphQL EventSubscribe', // the API's data
      'clouddirectory:GetObjectAttributes BatchRead', // directory objects
      'cognito-sync:ListRecords QueryRecords', // user data
      'cognito-idp:ListUsers ListUsersInGroup AdminGetUser GetUser', // personal data of end users
      'profile:BatchGetProfile SearchProfiles ListProfileObjects GetProfileHistoryRecord', // customer profiles
      'connect:GetContactAttributes GetAttachedFile DescribeContact SearchContacts', // customer contacts
      'connect:ListRealtimeContactAnalysisSegments BatchDescribeDataTableValue EvaluateDataTableValues', // transcripts, tables
      'cases:GetCase SearchCases SearchRelatedItems SearchAllRelatedItems', // customer cases
      'chime:GetChannelMessage ListChannelMessages RetrieveDataExports', // messages
      'social-messaging:GetWhatsAppMessageMedia', // messages
      'ses:GetArchiveMessage GetArchiveMessageContent GetArchiveSearchResults StartArchiveExport', // mail
      'workmailmessageflow:GetRawMessageContent', // mail
      'workmail:AssumeImpersonationRole StartMailboxExportJob', // mail
      'workdocs:DownloadDocumentVersion GetDocument GetDocumentVersion SearchResources', // documents
      'healthlake:ReadResource VersionReadResource GetHistoryByResourceId', // health records
      'healthlake:SearchWithGet SearchWithPost SearchEverything GetExportedFile', // health records
      'medical-imaging:GetImageFrame GetImageSetMetadata GetDICOMInstance GetDICOMInstanceFrames', // medical images
      'medical-imaging:GetDICOMInstanceMetadata GetDICOMSeriesMetadata GetDICOMBulkdata', // medical images
      'medical-imaging:SearchImageSets SearchDICOMInstances SearchDICOMSeries SearchDICOMStudies', // patients
      'omics:GetReadSet GetReference', // genomic data
      'transcribe:GetTranscriptionJob GetMedicalTranscriptionJob', // transcripts, by URL
      'textract:GetDocumentAnalysis GetDocumentTextDetection GetExpenseAnalysis GetLendingAnalysis', // text of documents
      'rekognition:SearchFaces SearchFacesByImage SearchUsers SearchUsersByImage', // who is in a picture
      'honeycode:GetScreenData QueryTableRows ListTableRows', // rows
      'quicksight:GetDashboardEmbedUrl GetAnonymousUserEmbedUrl GetSessionEmbedUrl', // opens dashboards
      'dataexchange:GetAsset SendApiAsset', // licensed data
      'artifact:GetReport', // confidential reports
      'support:DownloadAttachment DescribeCommunications', // what was sent to support
      'security-ir:GetCaseAttachmentDownloadUrl', // evidence
      'cloudshell:GetFileDownloadUrls', // files of a shell
      'notifications:AccessSensitiveEvents SubscribeSensitiveEvents', // sensitive event content
    ],
  },
  {
    accessClass: 'data-write',
    actions: [
      's3:PutObject PutObjectAnnotation PutObjectVersionAnnotation RestoreObject', // object content
      's3:ReplicateObject ReplicateObjectAnnotation InitiateReplication', // object content, from elsewhere
      's3-object-lambda:PutObject RestoreObject WriteGetObjectResponse', // object content
      's3-outposts:PutObject ReplicateObject', // object content
      's3tables:PutTableData', // table files
      's3vectors:PutVectors', // vectors
      's3files:ClientWrite ClientRootAccess', // files, whatever their owner
      'elasticfilesystem:ClientWrite ClientRootAccess ReplicationWrite', // files, whatever their owner
      'ebs:PutSnapshotBlock StartSnapshot CompleteSnapshot', // disk content
      'backup-storage:PutChunk PutObject', // backup content
      'glacier:UploadArchive InitiateMultipartUpload UploadMultipartPart CompleteMultipartUpload', // archive content
      'mediastore:PutObject', // object content
      'dynamodb:PutItem UpdateItem BatchWriteItem PartiQLInsert PartiQLUpdate', // items
      'dynamodb:WriteDataForReplication ImportTable', // items, from elsewhere
      'dax:PutItem UpdateItem BatchWriteItem', // items through the cache
      'cassandra:Modify ModifyMultiRegionResource', // rows
      'timestream:WriteRecords CreateBatchLoadTask', // rows
      'sdb:PutAttributes BatchPutAttributes', // attributes
      'qldb:PartiQLInsert PartiQLUpdate InsertSampleData', // ledger documents
      'neptune-db:WriteDataViaQuery StartLoaderJob', // graph data
      'neptune-graph:WriteDataViaQuery', // graph data
      'es:ESHttpPut ESHttpPatch', // documents
      'cloudsearch:document', // documents
      'kendra:BatchPutDocument', // documents
      'qbusiness:BatchPutDocument', // documents
      'bedrock:IngestKnowledgeBaseDocuments', // documents
      'bedrock-agentcore:CreateEvent BatchCreateMemoryRecords BatchUpdateMemoryRecords', // what agents will remember
      'sqs:SendMessage', // messages
      'sns:Publish', // messages
      'events:PutEvents PutPartnerEvents PutRawEvents', // events
      'kinesis:PutRecord PutRecords', // records
      'firehose:PutRecord PutRecordBatch', // records
      'kafka-cluster:WriteData WriteDataIdempotently', // records
      'kinesisvideo:PutMedia', // video
      'iot:Publish RetainPublish UpdateThingShadow SendDirectMessage', // device messages and state
      'iotanalytics:BatchPutMessage', // device data
      'iotevents:BatchPutMessage', // device data
      'iotsitewise:BatchPutAssetPropertyValue', // measurements
      'iottwinmaker:BatchPutPropertyValues', // measurements
      'geo:BatchUpdateDevicePosition PutGeofence BatchPutGeofence', // positions
      'logs:PutLogEvents', // log events
      'cloudwatch:PutMetricData', // metrics
      'xray:PutTraceSegments PutTelemetryRecords PutSpans', // traces
      'cloudtrail-data:PutAuditEvents', // audit events
      'aps:RemoteWrite', // metrics
      'rum:PutRumEvents', // sessions of end users
      'kms:Encrypt ReEncryptTo GenerateDataKey GenerateDataKeyPair', // makes ciphertext for the key
      'kms:GenerateDataKeyWithoutPlaintext GenerateDataKeyPairWithoutPlaintext', // likewise
      'kms:Sign GenerateMac', // signs as the key
      'payment-cryptography:EncryptData ReEncryptData GenerateMac', // likewise
      'secretsmanager:PutSecretValue UpdateSecret', // replaces the secret
      'ssm:PutParameter', // replaces the value
      'codecommit:GitPush PutFile CreateCommit', // source code
      'codecommit:MergeBranchesByFastForward MergeBranchesBySquash MergeBranchesByThreeWay', // source code
      'codecommit:MergePullRequestByFastForward MergePullRequestBySquash MergePullRequestByThreeWay', // source code
      'codeartifact:PublishPackageVersion CopyPackageVersions PutPackageMetadata', // packages
      'ecr:PutImage InitiateLayerUpload UploadLayerPart CompleteLayerUpload', // image content
      'ecr:ReplicateImage BatchImportUpstreamImage', // image content, from elsewhere
      'ecr-public:PutImage InitiateLayerUpload UploadLayerPart CompleteLayerUpload', // image content
      'sagemaker:PutRecord BatchWriteRecord', // feature records
      'cloudfront-keyvaluestore:PutKey UpdateKeys', // values
      'appsync:EventPublish', // messages
      'clouddirectory:CreateObject UpdateObjectAttributes BatchWrite', // directory objects
      'cognito-sync:UpdateRecords', // user data
      'cognito-idp:AdminUpdateUserAttributes UpdateUserAttributes', // personal data, and claims in tokens
      'profile:CreateProfile UpdateProfile PutProfileObject MergeProfiles', // customer profiles
      'connect:UpdateContactAttributes BatchCreateDataTableValue BatchUpdateDataTableValue', // contacts, tables
      'cases:CreateCase UpdateCase CreateRelatedItem', // customer cases
      'chime:SendChannelMessage UpdateChannelMessage', // messages
      'ses:SendEmail SendRawEmail SendTemplatedEmail SendBulkEmail SendBulkTemplatedEmail', // mail in the domain's name
      'mobiletargeting:SendMessages SendUsersMessages PutEvents', // messages
      'sms-voice:SendTextMessage SendVoiceMessage SendMediaMessage', // messages
      'workmailmessageflow:PutRawMessageContent', // mail in transit
      'workdocs:InitiateDocumentVersionUpload UpdateDocumentVersion', // documents
      'healthlake:CreateResource UpdateResource PatchResource ProcessBundle', // health records
      'medical-imaging:UpdateImageSetMetadata CopyImageSet StoreDICOM StoreDICOMStudy', // medical images
      'honeycode:BatchCreateTableRows BatchUpdateTableRows BatchUpsertTableRows', // rows
      'cloudshell:GetFileUploadUrls', // files of a shell
    ],
  },
  {
    accessClass: 'delete',
    actions: [
      'kms:ScheduleKeyDeletion', // everything encrypted under the key is lost
      'dynamodb:PartiQLDelete', // items
      's3:ReplicateDelete AbortMultipartUpload', // delete markers; uploaded parts
      's3-outposts:ReplicateDelete AbortMultipartUpload', // likewise
      's3-object-lambda:AbortMultipartUpload', // uploaded parts
      'glacier:AbortMultipartUpload', // uploaded parts
      'es:ESHttpDelete', // documents and indexes
      'qldb:PartiQLDelete PartiQLDropTable PartiQLDropIndex PartiQLRedact', // documents and tables
      'neptune-db:ResetDatabase', // all graph data
      'neptune-graph:ResetGraph', // all graph data
      'codeartifact:DisposePackageVersions', // assets
      'fsx:DetachAndDeleteS3AccessPoint', // access point
      'waf:DeleteWebACL', // a firewall configuration, not a permission
      'waf-regional:DeleteWebACL', // likewise
      'ec2:DeleteOdbNetworkPeering', // a network configuration, not a permission
      'ec2:DeregisterImage CancelSpotFleetRequests', // image; fleet with its instances
      'organizations:CloseAccount', // a member account with everything in it
      'account:CloseAccount', // the account with everything in it
      'workmail:WipeMobileDevice', // a device
    ],
  },
  {
    accessClass: 'control',
    actions: [
      '*:CallWithBearerToken', // says how a caller may authenticate, and reads nothing itself
      '*:AllowVendedLogDeliveryForResource', // where the logs of a resource go
      'sts:GetSessionToken GetServiceBearerToken', // other credentials of the caller itself
      'signin:Authenticate AuthorizeOAuth2Access CreateOAuth2Token', // other credentials of the caller itself
      'bedrock:InvokeModel InvokeModelWithResponseStream InvokeTool', // runs inference
      'bedrock:InvokeAgent InvokeInlineAgent InvokeFlow', // runs an agent with its role
      'bedrock-agentcore:InvokeGateway InvokeWebSearch SynchronizeGatewayTargets', // calls tools
      'bedrock-agentcore:ConnectBrowserAutomationStream InvokeRegistryMcp', // drives a browser, calls tools
      'agent-registry:InvokeRegistryMcp', // calls tools
      'sagemaker:InvokeEndpoint InvokeEndpointAsync InvokeEndpointWithResponseStream', // runs inference
      'managedblockchain:GET POST Invoke', // calls a node
      'cloudshell:ApproveCommand', // runs a command
      'cloud9:CreateEnvironmentToken', // opens the terminal of the environment
      'kinesisanalytics:CreateApplicationPresignedUrl', // opens the application's dashboard
      'codeconnections:PassConnection PassRepository StartOAuthHandshake RegisterAppCode', // lets services use repositories
      'codestar-connections:PassConnection PassRepository StartOAuthHandshake RegisterAppCode', // the same under the former name
      'ssm:ExecuteAPI PutConfigurePackageResult', // acts in member accounts; reports a result
      'config:DeliverConfigSnapshot', // writes to the delivery bucket
      'iotanalytics:RunPipelineActivity', // runs an activity
      'securityhub:SendFindingEvents SendInsightEvents', // triggers custom actions
      'xray:PutEncryptionConfig', // sets the key, grants nothing
      'ec2:AttachApplianceToNatGateway DetachApplianceFromNatGateway', // network configuration
      'ec2:AttachResourcesToPlacementGroup DetachResourcesFromPlacementGroup', // placement
      'ec2:CreateOdbNetworkPeering ModifyOdbNetworkPeering', // network configuration
      'apigateway:SetWebACL AddCertificateToDomain RemoveCertificateFromDomain', // domain configuration
      'appsync:SetWebACL', // firewall configuration
      'waf:CreateWebACL UpdateWebACL', // firewall configuration
      'waf-regional:CreateWebACL UpdateWebACL', // firewall configuration
      'glue:StartNotebook TerminateNotebook SendRecipeAction TestConnection RequestLogParsing', // Glue Studio, not permissions
      'glue:UseGlueStudio GlueNotebookAuthorize GlueNotebookRefreshCredentials RefreshOAuth2Tokens', // likewise
      'glue:DeregisterDataPreview ManagedConnector', // likewise
      'datazone:GetIamPortalLoginUrl', // opens the portal as the caller
      'opensearch:ApplicationAccessAll ViewLoginPage', // opens the application as the caller
      'bedrock-agentcore:AuthorizeAction PartiallyAuthorizeActions', // asks for a decision
      'entityresolution:UseIdNamespace UseWorkflow', // runs a matching
      'iotfleetwise:GenerateCommandPayload', // prepares a command
    ],
  },
];

/** Actions of the catalogue with the level "permissions management" that only look: their names begin with one of these words. */
const READ_VERBS: readonly string[] = ['BatchGet', 'Describe', 'Get', 'List', 'Search', 'Validate'];

/** Writes that destroy: their names begin with one of these words. */
const DELETE_VERBS: readonly string[] = [
  'AdminDelete',
  'BatchDelete',
  'BatchRemove',
  'BulkDelete',
  'BulkRemove',
  'DELETE', // apigateway
  'Delete',
  'Destroy',
  'Drop',
  'Purge',
  'Remove',
  'Terminate',
];

let exceptions: ReadonlyMap<string, AccessClass> | undefined;

/**
 * The class of access that an action gives: by {@link ACCESS_CLASS_RULES} where one names it, otherwise by access level, with
 * destroying writes told by their first word. Always decides; an unlisted action is never `secret-read`, `data-read` or `data-write`.
 *
 * @example
 * accessClassOf(awsCatalogue().action('secretsmanager:GetSecretValue')!); // 'secret-read'
 */
export function accessClassOf(action: CatalogueAction): AccessClass {
  exceptions ??= exceptionsByName();
  const name = action.name.slice(action.service.length + 1);
  return exceptions.get(key(action.service, name)) ?? exceptions.get(key('*', name)) ?? classByLevel(action, name);
}

function classByLevel(action: CatalogueAction, name: string): AccessClass {
  switch (action.accessLevel) {
    case 'permissions-management':
      return startsWithWord(name, READ_VERBS) ? 'meta-read' : 'permission-admin';
    case 'list':
    case 'read':
      return 'meta-read';
    case 'tagging':
      return 'control';
    case 'write':
      return startsWithWord(name, DELETE_VERBS) ? 'delete' : 'control';
    default: {
      const never: never = action.accessLevel;
      return never;
    }
  }
}

/** True if the name begins with one of the words and does not go on in lower case: `Get` is in `GetRole`, not in `Getaway`. */
function startsWithWord(name: string, words: readonly string[]): boolean {
  return words.some((word) => {
    const next = name[word.length];
    return name.startsWith(word) && (next === undefined || next < 'a' || next > 'z');
  });
}

function exceptionsByName(): ReadonlyMap<string, AccessClass> {
  const classes = new Map<string, AccessClass>();
  for (const { accessClass, actions } of ACCESS_CLASS_RULES) {
    for (const entry of actions) {
      const colon = entry.indexOf(':');
      for (const name of entry.slice(colon + 1).split(' ')) classes.set(key(entry.slice(0, colon), name), accessClass);
    }
  }
  return classes;
}

function key(service: string, name: string): string {
  return `${service}:${name}`.toLowerCase();
}
