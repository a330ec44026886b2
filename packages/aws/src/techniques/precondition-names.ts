/**
 * Types of existing resource that the caller acts on besides the target of a technique. An account whose resources were not
 * collected must hold an uncollected resource, or the technique counts as impossible there.
 */
export const NEEDED_RESOURCE_TYPES = [
  'AWS::AutoScaling::AutoScalingGroup',
  'AWS::Batch::JobQueue',
  'AWS::CloudFormation::Stack',
  'AWS::CloudFormation::StackSet',
  'AWS::CodeBuild::Project',
  'AWS::CodeDeploy::DeploymentGroup',
  'AWS::Cognito::IdentityPool',
  'AWS::Cognito::UserPool',
  'AWS::EC2::Instance',
  'AWS::ECR::Repository',
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
  'AWS::S3::Bucket',
  'AWS::SageMaker::Domain',
  'AWS::SageMaker::UserProfile',
  'AWS::Scheduler::Schedule',
  'AWS::SSM::Document',
  'AWS::SSM::MaintenanceWindow',
] as const;

/** A type of {@link NEEDED_RESOURCE_TYPES}. */
export type NeededResourceType = (typeof NEEDED_RESOURCE_TYPES)[number];

/** Types of resource of which one must exist that no permission of the row is about. */
export const PRESENT_RESOURCE_TYPES = [
  'AWS::Cognito::IdentityPool',
  'AWS::ECS::Cluster',
  'AWS::SageMaker::Domain',
] as const;

/** A type of {@link PRESENT_RESOURCE_TYPES}. */
export type PresentResourceType = (typeof PRESENT_RESOURCE_TYPES)[number];

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
  'caller-controls-a-member-account', // whether the caller has permissions in another account of the organization
  'caller-has-the-secret', // whether the caller kept the secret of a key that is off, or knows a password on the host
  'caller-runs-code-on-an-instance', // whether the caller commands an instance
  'caller-reads-the-root-mail', // whether the caller reads what is sent to the address of the root user
  'caller-signs-in-to-identity-center', // whether the caller is a person of the identity store
  'closed-service-is-still-open', // AWS takes no new customers; old accounts may go on
  'delegation-requested', // whether a partner asks for access, and for which
  'directory-keeps-the-password', // whether people sign in with a password of the built-in directory, and nothing else
  'document-applies-to-the-instance', // whether an association or automation runs the document on the instance
  'document-runs-commands', // whether a command document that the caller may use runs the caller's commands
  'entry-gives-control-of-the-cluster', // whether groups of Kubernetes that an access entry can name rule the cluster
  'execution-role-trusts-administrator', // whether the role of a stack set may assume a role in the accounts
  'function-is-invoked', // whether something else invokes the function
  'group-deploys-to-the-instance', // whether the deployment group chooses the instance
  'instance-is-container-host', // whether the instance takes tasks of the caller's cluster
  'key-server-can-be-intercepted', // whether the caller answers in place of the key server of the issuer
  'launch-configurations-are-open', // AWS gives new accounts launch templates only
  'leaving-is-possible', // whether the account has what AWS asks of one outside an organization
  'nodes-are-of-that-cluster', // whether the nodes belong to the cluster that the caller may act on
  'pods-can-be-created', // whether the caller may create pods in the namespace
  'pool-hands-out-the-role', // whether the pool that the caller may act on leads to the role
  'profile-lists-the-role', // whether the profile that the caller may enable lists the role
  'pulls-from-the-repository', // whether the workload pulls its image from the repository, by a tag
  'reachable-over-network', // whether the caller reaches the host, and the host takes its key
  'reads-from-the-bucket', // whether the workload takes what it runs from objects that the caller may write
  'requests-can-be-forged', // whether software on the instance sends requests of the caller's making
  'role-may-read-event-source', // whether the role may read a stream or queue, as an event source needs
  'session-runs-as-the-role', // whether an interactive session of the role is running
  'state-machine-is-started', // whether something else starts the state machine
  'studio-user-fits', // whether the domain that the caller may name is there, and gives its role to a user
  'suits-the-caller', // whether an existing document, workflow or notebook does what the caller wants
  'task-takes-commands', // whether a task of the definition runs, and takes commands
  'tasks-share-a-host', // whether tasks of the definition run on hosts that the caller's containers run on
  'template-is-in-use', // whether something launches instances from the template
  'service-calls-suffice', // the service makes some calls only as the role; whether they reach all the role reaches
  'tokens-can-be-obtained', // whether the identity provider gives the caller a token that the role accepts
  'unverified', // aws.md has no confirmation that the technique works
] as const;

/** A precondition of {@link OPEN_QUESTIONS}. */
export type OpenQuestion = (typeof OPEN_QUESTIONS)[number];

/** A precondition that the input decides where it holds the facts. */
export type DecidablePrecondition =
  | 'access-entries-count'
  | 'administers-identity-center'
  | 'administers-member-roots'
  | 'administers-stack-sets'
  | 'attached-to-units-only'
  | 'access-control-lists-count'
  | 'batch-builds-configured'
  | 'cluster-running'
  | 'code-signing-not-enforced'
  | 'command-agent-online'
  | 'customer-managed-policy'
  | 'directory-group'
  | 'directory-is-unlisted'
  | 'ebs-root-volume'
  | 'enabled-in-the-directory'
  | 'fewer-than-five-versions'
  | 'fewer-than-ten-groups'
  | 'fewer-than-two-access-keys'
  | 'gives-everything'
  | 'has-a-member-in-ten-groups'
  | 'has-boundary'
  | 'has-inactive-access-key'
  | 'has-login-profile'
  | 'has-service-credential'
  | 'iam-group'
  | 'in-enabled-roles-anywhere-profile'
  | 'in-instance-profile'
  | 'in-roles-anywhere-profile'
  | 'management-account'
  | 'may-have-unread-versions'
  | 'member-account'
  | 'mutable-role'
  | 'names-a-credential'
  | 'no-login-profile'
  | 'no-mfa-device'
  | 'not-provisioned-in-the-management-account'
  | 'notebook-in-service'
  | 'oidc-provider'
  | 'passable-role'
  | 'profile-without-role'
  | 'profiles-may-be-unlisted'
  | 'root-sessions-enabled'
  | 'saml-provider'
  | 'service-uses-external-deployments'
  | 'signs-in-with-iam'
  | 'stack-sets-are-trusted'
  | 'tags-can-be-moved'
  | 'takes-requests-from-anywhere'
  | 'trusts-an-identity-pool';

/** Name of a precondition of AWS techniques. */
export type PredicateName =
  | DecidablePrecondition
  | OpenQuestion
  | `may-be-unlisted:${NeededResourceType}`
  | `zone-has:${PresentResourceType}`
  | `service-linked-role:${LinkedService}`;
