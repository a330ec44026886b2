/**
 * Types of existing resource that some technique needs besides its target. An account whose resources of one of these
 * types were not collected must hold an uncollected resource, or the technique counts as impossible there.
 */
export const NEEDED_RESOURCE_TYPES = [
  'AWS::AutoScaling::AutoScalingGroup',
  'AWS::Batch::JobQueue',
  'AWS::CloudFormation::Stack',
  'AWS::CloudFormation::StackSet',
  'AWS::CodeBuild::Project',
  'AWS::Cognito::IdentityPool',
  'AWS::Cognito::UserPool',
  'AWS::EC2::Instance',
  'AWS::ECS::Cluster',
  'AWS::ECS::Service',
  'AWS::ECS::TaskDefinition',
  'AWS::EKS::Cluster',
  'AWS::EMRServerless::Application',
  'AWS::Glue::Job',
  'AWS::IAM::InstanceProfile',
  'AWS::Lambda::Function',
  'AWS::RDS::DBCluster',
  'AWS::RDS::DBInstance',
  'AWS::RolesAnywhere::Profile',
  'AWS::RolesAnywhere::TrustAnchor',
  'AWS::SageMaker::Domain',
  'AWS::Scheduler::Schedule',
  'AWS::SSM::Document',
  'AWS::SSM::MaintenanceWindow',
] as const;

/** A type of {@link NEEDED_RESOURCE_TYPES}. */
export type NeededResourceType = (typeof NEEDED_RESOURCE_TYPES)[number];

/** Services that refuse a call while their service-linked role is missing and the caller may not create it. */
export const LINKED_SERVICES = [
  'apprunner.amazonaws.com',
  'autoscaling.amazonaws.com',
  'batch.amazonaws.com',
  'ecs.amazonaws.com',
  'imagebuilder.amazonaws.com',
  'spot.amazonaws.com',
] as const;

/** A service of {@link LINKED_SERVICES}. */
export type LinkedService = (typeof LINKED_SERVICES)[number];

/**
 * Preconditions that no input tells, by the question they leave open. Each is `UNKNOWN` everywhere: a row that needs
 * one is found, and never counted as proven.
 */
export const OPEN_QUESTIONS = [
  'absent-tag-suffices', // whether a tag that is taken away opens anything
  'caller-has-the-secret', // whether the caller kept the secret of a key that is off, or knows a password on the host
  'caller-runs-code-on-an-instance', // whether the caller commands an instance
  'closed-service-is-still-open', // AWS takes no new customers; old accounts may go on
  'delegation-requested', // whether a partner asks for access, and for which
  'document-runs-commands', // whether a command document that the caller may use runs the caller's commands
  'empty-profile-exists', // whether an instance profile without a role exists that the caller may fill
  'execution-role-trusts-administrator', // whether the role of a stack set may assume a role in the accounts
  'function-is-invoked', // whether something else invokes the function
  'instance-is-container-host', // whether the instance takes tasks of the caller's cluster
  'key-server-can-be-intercepted', // whether the caller answers in place of the key server of the issuer
  'launch-configurations-are-open', // AWS gives new accounts launch templates only
  'named-resource-exists', // whether a resource exists among those the caller may name
  'other-role-is-passable', // whether the service role needed besides the target exists and may be passed
  'pods-can-be-created', // whether the caller may create pods in the namespace
  'reachable-over-network', // whether the caller reaches the host, and the host takes its key
  'requests-can-be-forged', // whether software on the instance sends requests of the caller's making
  'role-may-read-event-source', // whether the role may read a stream or queue, as an event source needs
  'service-uses-external-deployments', // whether the service leaves its deployments to the caller
  'state-machine-is-started', // whether something else starts the state machine
  'suits-the-caller', // whether an existing document, workflow or notebook does what the caller wants
  'template-is-in-use', // whether something launches instances from the template
  'service-calls-suffice', // the service makes some calls only as the role; whether they reach all the role reaches
  'tokens-can-be-obtained', // whether the identity provider gives the caller a token that the role accepts
  'unverified', // aws.md has no confirmation that the technique works
] as const;

/** A precondition of {@link OPEN_QUESTIONS}. */
export type OpenQuestion = (typeof OPEN_QUESTIONS)[number];

/** A precondition that the input decides where it holds the facts. */
export type DecidablePrecondition =
  | 'access-control-lists-count'
  | 'batch-builds-configured'
  | 'cluster-running'
  | 'code-signing-not-enforced'
  | 'command-agent-online'
  | 'customer-managed-policy'
  | 'ebs-root-volume'
  | 'fewer-than-five-versions'
  | 'fewer-than-two-access-keys'
  | 'has-boundary'
  | 'has-inactive-access-key'
  | 'has-login-profile'
  | 'has-service-credential'
  | 'iam-group'
  | 'in-enabled-roles-anywhere-profile'
  | 'in-instance-profile'
  | 'in-roles-anywhere-profile'
  | 'may-have-unread-versions'
  | 'mutable-role'
  | 'names-a-credential'
  | 'no-login-profile'
  | 'no-mfa-device'
  | 'notebook-in-service'
  | 'oidc-provider'
  | 'older-version-may-be-stronger'
  | 'passable-role'
  | 'saml-provider'
  | 'signs-in-with-iam'
  | 'trusts-an-identity-pool';

/** Name of a precondition of AWS techniques. */
export type PredicateName =
  | DecidablePrecondition
  | OpenQuestion
  | `zone-has:${NeededResourceType}`
  | `service-linked-role:${LinkedService}`;
