import type { NodeId, PrincipalSelector } from '@keyreach/core/graph';
import { AZURE } from './azure-ids.ts';
import type { NormalizeContext } from './normalize-context.ts';

/** Actions of the directory, whatever service defines them. None of Azure Resource Manager has such a name. */
export const DIRECTORY_ACTIONS: readonly string[] = [
  'microsoft.directory/*',
  'microsoft.azure.devOps/*',
  'microsoft.cloudPC/*',
  'microsoft.intune/*',
];

/** Application permissions of Microsoft Graph, and of all other APIs. */
export const GRAPH_PERMISSIONS: readonly string[] = ['graph:*'];
export const API_PERMISSIONS: readonly string[] = ['graph:*', 'app:*'];

/** A text of which nobody knows which of the actions it gives. */
export interface UndecidedText {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly actions: readonly string[];
  readonly why: string;
}

/** Adds a policy that gives some of the actions, or none of them: whoever it is given to can use each of them perhaps. */
export function addUndecidedPolicy(text: UndecidedText, { builder }: NormalizeContext): void {
  const { id, name, type, actions, why } = text;
  const document = builder.document({
    provider: AZURE,
    statements: [{ effect: 'allow', actions: { include: actions, exclude: [] }, index: 0, undecidable: why }],
  });
  builder.policy({ id, provider: AZURE, name, type, document });
}

/** Everybody in a directory who can hold something there. */
export const ANY_PRINCIPAL: PrincipalSelector = {
  include: [
    {
      match: 'types',
      types: ['user', 'group', 'service-principal', 'managed-identity', 'agent', 'unknown-principal'],
      strength: 'sufficient',
    },
  ],
  exclude: [],
};

/** Places a text that anybody may hold: assignments of its kind were not all read. */
export function addUnreadGrants(node: NodeId, text: UndecidedText, context: NormalizeContext): void {
  addUndecidedPolicy(text, context);
  context.builder.attachment({ policy: text.id, node, role: 'resource-grant', principals: ANY_PRINCIPAL });
}
