import { shellWord } from '@keyreach/core/analysis';
import type { GraphIndex, NodeId } from '@keyreach/core/graph';

/** A binding to add or remove. */
export interface BindingPlace {
  readonly node: NodeId;
  /** As a policy has it: `serviceAccount:E`. */
  readonly member: string;
  readonly role: string;
  readonly condition?: { readonly expression: string; readonly title?: string };
}

/** The command group for the policies of a kind of resource: what stands before and after `add-iam-policy-binding`. */
interface CommandRow {
  /** The id of the node, with the parts the command names. */
  readonly id: RegExp;
  readonly group: string;
  readonly args: (parts: readonly string[]) => readonly string[];
}

const PART = '([^/]{1,200})';

const row = (id: string, group: string, args: CommandRow['args']): CommandRow => ({
  id: new RegExp(`^//${id.replaceAll('{}', PART)}$`),
  group,
  args,
});

const commandRows: readonly CommandRow[] = [
  row('cloudresourcemanager\\.googleapis\\.com/projects/{}', 'projects', ([id = '']) => [id]),
  row('cloudresourcemanager\\.googleapis\\.com/folders/{}', 'resource-manager folders', ([id = '']) => [id]),
  row('cloudresourcemanager\\.googleapis\\.com/organizations/{}', 'organizations', ([id = '']) => [id]),
  row('iam\\.googleapis\\.com/projects/-/serviceAccounts/{}', 'iam service-accounts', ([email = '']) => [email]),
  row('storage\\.googleapis\\.com/{}', 'storage buckets', ([bucket = '']) => [`gs://${bucket}`]),
  row('secretmanager\\.googleapis\\.com/projects/{}/secrets/{}', 'secrets', ([project = '', secret = '']) => [
    secret,
    `--project=${project}`,
  ]),
  row('pubsub\\.googleapis\\.com/projects/{}/topics/{}', 'pubsub topics', ([project = '', topic = '']) => [
    topic,
    `--project=${project}`,
  ]),
  row('pubsub\\.googleapis\\.com/projects/{}/subscriptions/{}', 'pubsub subscriptions', ([project = '', name = '']) => [
    name,
    `--project=${project}`,
  ]),
  row(
    'run\\.googleapis\\.com/projects/{}/locations/{}/services/{}',
    'run services',
    ([project = '', region = '', name = '']) => [name, `--region=${region}`, `--project=${project}`],
  ),
  row(
    'cloudkms\\.googleapis\\.com/projects/{}/locations/{}/keyRings/{}/cryptoKeys/{}',
    'kms keys',
    ([project = '', location = '', ring = '', key = '']) => [
      key,
      `--keyring=${ring}`,
      `--location=${location}`,
      `--project=${project}`,
    ],
  ),
  row(
    'compute\\.googleapis\\.com/projects/{}/zones/{}/instances/{}',
    'compute instances',
    ([project = '', zone = '', name = '']) => [name, `--zone=${zone}`, `--project=${project}`],
  ),
  row(
    'artifactregistry\\.googleapis\\.com/projects/{}/locations/{}/repositories/{}',
    'artifacts repositories',
    ([project = '', location = '', name = '']) => [name, `--location=${location}`, `--project=${project}`],
  ),
];

/** The command that adds or removes a binding; undefined for resources whose command is not known here. */
export function bindingCommand(graph: GraphIndex, verb: 'add' | 'remove', place: BindingPlace): string | undefined {
  for (const { id, group, args } of commandRows) {
    const parts = place.node.length > 1000 ? null : id.exec(place.node);
    if (parts === null) continue;
    const named = args(parts.slice(1).map((part) => projectIdOf(graph, part)));
    return [
      'gcloud',
      group,
      `${verb}-iam-policy-binding`,
      ...named,
      `--member=${place.member}`,
      `--role=${place.role}`,
      conditionFlag(place),
    ]
      .map((word, index) => (index < 3 ? word : shellWord(word)))
      .join(' ');
  }
  return undefined;
}

/** Commands take a project by its id or number; people know the id. */
function projectIdOf(graph: GraphIndex, part: string): string {
  const projectId = graph.node(`//cloudresourcemanager.googleapis.com/projects/${part}`)?.attributes?.['projectId'];
  return typeof projectId === 'string' ? projectId : part;
}

/** Always given: where other bindings have a condition, the command asks for it. */
function conditionFlag({ condition }: BindingPlace): string {
  if (condition === undefined) return '--condition=None';
  const { expression, title = '' } = condition;
  const sign =
    [':', '~', '#', '@', '%', ';', '+'].find((one) => !expression.includes(one) && !title.includes(one)) ?? '\u001f';
  return `--condition=^${sign}^expression=${expression}${sign}title=${title}`;
}
