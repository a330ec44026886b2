/** Actions whose use no record of CloudTrail is known to show, although calls of their names exist. */
export interface UnloggedActions {
  readonly why: string;
  /** `prefix:Action Action …`; `*`: all of the service that no other table names. */
  readonly actions: readonly `${string}:${string}`[];
}

/**
 * Calls on the data of a service that are not documented as events of CloudTrail, and actions that only a header, a field or
 * the content of another call asks for. Source: the CloudTrail pages of the services; aws.md 4.1, 4.3. Where they leave it
 * open, the action is here: silence of a log then proves nothing.
 */
export const UNLOGGED_ACTIONS: readonly UnloggedActions[] = [
  {
    why: 'requests to the data of the service are not documented as events',
    actions: [
      'appconfig:GetConfiguration GetLatestConfiguration StartConfigurationSession',
      'cloudsearch:document search suggest',
      'cognito-sync:*',
      'connect-campaigns:PutDialRequestBatch',
      'elasticmapreduce:GetPersistentAppUIPresignedURL',
      'execute-api:Invoke InvalidateCache ManageConnections',
      'forecast:QueryForecast QueryWhatIfForecast',
      'geo-maps:*',
      'iot:Connect DeleteThingShadow GetRetainedMessage GetThingShadow ListNamedShadowsForThing ListRetainedMessages Publish Receive RetainPublish Subscribe UpdateThingShadow',
      'iotevents:BatchPutMessage BatchUpdateDetector DescribeDetector ListDetectors',
      'iotjobsdata:*',
      'iotsitewise:BatchGetAssetPropertyAggregates BatchGetAssetPropertyValue BatchGetAssetPropertyValueHistory BatchPutAssetPropertyValue GetAssetPropertyAggregates GetAssetPropertyValue GetAssetPropertyValueHistory GetInterpolatedAssetPropertyValues',
      'kafka-cluster:*',
      'kinesisvideo:GetIceServerConfig JoinStorageSession JoinStorageSessionAsViewer SendAlexaOfferToMaster',
      'lambda:InvokeAsync',
      'lex:DeleteSession GetSession PostContent PostText PutSession RecognizeText RecognizeUtterance StartConversation',
      'logs:FilterLogEvents GetLogEvents GetLogRecord PutLogEvents StartLiveTail',
      'machinelearning:Predict',
      'mechanicalturk:*',
      'mediastore:DeleteObject DescribeObject GetObject ListItems PutObject',
      'mobileanalytics:*',
      'mobiletargeting:GetInAppMessages PutEvents SendMessages SendOTPMessage SendUsersMessages VerifyOTPMessage',
      'neptune-db:*',
      'neptune-graph:CancelQuery DeleteDataViaQuery GetGraphSummary GetQueryStatus ListQueries ReadDataViaQuery WriteDataViaQuery',
      'personalize:GetActionRecommendations GetPersonalizedRanking GetRecommendations PutActionInteractions PutActions PutEvents PutItems PutUsers',
      'qbusiness:Chat ChatSync ListConversations ListMessages PutFeedback SearchRelevantContent',
      'qldb:SendCommand',
      's3:GetDataAccess ListCallerAccessGrants',
      'sagemaker:InvokeEndpoint InvokeEndpointAsync InvokeEndpointWithResponseStream',
      'sdb:*',
      'ses:SendBounce SendBulkEmail SendBulkTemplatedEmail SendCustomVerificationEmail SendEmail SendRawEmail SendTemplatedEmail',
      'sms-voice:SendDestinationNumberVerificationCode SendMediaMessage SendTextMessage SendVoiceMessage',
      'social-messaging:DeleteWhatsAppMessageMedia GetWhatsAppMessageMedia PostWhatsAppMessageMedia SendWhatsAppMessage',
      'sns:CheckIfPhoneNumberIsOptedOut',
      'states:SendTaskFailure SendTaskHeartbeat SendTaskSuccess StartSyncExecution',
      'swf:*',
      'timestream:Select SelectValues WriteRecords',
      'transcribe:StartCallAnalyticsStreamTranscription StartMedicalStreamTranscription StartStreamTranscription',
      'workmailmessageflow:*',
      'xray:BatchGetTraceSummaryById CancelTraceRetrieval GetDistinctTraceGraphs GetRetrievedTracesGraph GetSamplingStatisticSummaries GetSamplingTargets GetTimeSeriesServiceStatistics ListRetrievedTraces PutSpans PutSpansForIndexing PutTelemetryRecords StartTraceRetrieval',
    ],
  },
  {
    why: 'logged as data events of several types of resource, or of a type that is not documented for this call',
    actions: [
      'b2bi:GetTransformerJob StartTransformerJob',
      'backup-search:*',
      'bedrock:CreateInvocation CreateSession DeleteSession EndSession GetAsyncInvoke GetFlowExecution GetInvocationStep GetSession InvokeDataAutomationAsync ListAsyncInvokes ListFlowExecutionEvents ListInvocationSteps ListInvocations ListSessions OptimizePrompt PutInvocationStep StartFlowExecution StopFlowExecution UpdateSession',
      'bedrock-agentcore:BatchCreateMemoryRecords BatchDeleteMemoryRecords BatchUpdateMemoryRecords CompleteResourceTokenAuth CreateABTest CreateEvent CreatePaymentInstrument CreatePaymentSession DeleteABTest DeleteBatchEvaluation DeleteCapacityProviderSession DeleteEvent DeleteMemoryRecord DeletePaymentInstrument DeletePaymentSession DeleteRecommendation Evaluate GetABTest GetAgentCard GetBatchEvaluation GetBrowserSession GetCodeInterpreterSession GetEvent GetMemoryRecord GetPaymentInstrument GetPaymentInstrumentBalance GetPaymentSession GetRecommendation GetResourceApiKey GetResourceOauth2Token GetResourcePaymentToken GetWorkloadAccessToken GetWorkloadAccessTokenForJWT GetWorkloadAccessTokenForUserId InvokeAgentRuntime InvokeAgentRuntimeCommand InvokeCodeInterpreter InvokeHarness InvokeWebSearch ListABTests ListActors ListBatchEvaluations ListBrowserSessions ListCodeInterpreterSessions ListEvents ListMemoryExtractionJobs ListMemoryRecords ListPaymentInstruments ListPaymentSessions ListRecommendations ListSessions ProcessPayment RetrieveMemoryRecords SaveBrowserSessionProfile SearchRegistryRecords StartBatchEvaluation StartBrowserSession StartCodeInterpreterSession StartMemoryExtractionJob StartRecommendation StopBatchEvaluation StopBrowserSession StopCodeInterpreterSession StopRuntimeSession UpdateABTest UpdateBrowserStream',
      'codewhisperer:*',
      'codeguru-profiler:ConfigureAgent PostAgentProfile',
      'dataexchange:SendApiAsset',
      'deadline:AssumeFleetRoleForRead AssumeFleetRoleForWorker AssumeQueueRoleForRead AssumeQueueRoleForUser AssumeQueueRoleForWorker BatchGetJobEntity UpdateWorker UpdateWorkerSchedule',
      'dsql:DbConnect DbConnectAdmin',
      'ec2-instance-connect:OpenTunnel',
      'ecs:Poll StartTelemetrySession SubmitAttachmentStateChanges SubmitContainerStateChange SubmitTaskStateChange',
      'gameliftstreams:*',
      'glue:GetPartition GetPartitions GetTable GetTables',
      'greengrass:GetComponentVersionArtifact ResolveComponentCandidates',
      'guardduty:SendSecurityTelemetry',
      'kinesis:DescribeStream DescribeStreamConsumer DescribeStreamSummary ListShards',
      'managedblockchain-query:*',
      'medical-imaging:*',
      'payment-cryptography:DecryptData EncryptData GenerateAuthRequestCryptogram GenerateCardValidationData GenerateMac GenerateMacEmvPinChange GeneratePinData ReEncryptData TranslateKeyMaterial TranslatePinData VerifyAuthRequestCryptogram VerifyCardValidationData VerifyMac VerifyPinData',
      'qapps:*',
      'rds-data:*',
      'signer:GetRevocationStatus SignPayload',
      'sqs:GetQueueAttributes GetQueueUrl ListDeadLetterSourceQueues ListQueueTags ListQueues',
      'thinclient:*',
    ],
  },
  {
    why: 'asked for by a header or a setting of another call, which its record does not tell',
    actions: [
      's3:BypassGovernanceRetention GetObjectVersionForReplication ListBucketMultipartUploads ObjectOwnerOverrideToBucketOwner ReplicateDelete ReplicateObject ReplicateTags',
    ],
  },
];
