import type { Provider } from '../graph/model.ts';

/**
 * What access to a resource amounts to (findings 3.1).
 *
 * - `meta-read`: sees configuration, names, states;
 * - `data-read`: reads what customers store, log or compute;
 * - `data-write`: adds or changes such data;
 * - `delete`: destroys data or configuration;
 * - `control`: changes configuration or runs something;
 * - `secret-read`: returns a credential or key material;
 * - `permission-admin`: by itself changes who may do what, or mints a credential for another principal.
 */
export type AccessClass =
  | 'meta-read'
  | 'data-read'
  | 'data-write'
  | 'delete'
  | 'control'
  | 'secret-read'
  | 'permission-admin';

/** Access classes, weakest first. */
export const accessClasses: readonly AccessClass[] = [
  'meta-read',
  'control',
  'data-read',
  'data-write',
  'delete',
  'secret-read',
  'permission-admin',
];

/** One action by which a resource of a type can be accessed. */
export interface AccessRow {
  readonly class: AccessClass;
  readonly action: string;
  /** Where the action is checked: `{target}`, or a template of what lies inside the target, e.g. `{target}/*`. */
  readonly on: string;
  /** The action is done to what stands behind the target (`ProviderSemantics.alsoGoverns`), so that is accessed as well. */
  readonly passedOn?: true;
}

/** What a provider says about access to its resources. */
export interface AccessCatalogue {
  readonly provider: Provider;
  /** How resources of a type can be accessed; empty for types that hold nothing of their own. */
  rowsFor(type: string): readonly AccessRow[];
  /** The class of an action of the catalogue, whatever it is done to. */
  classOf(action: string): AccessClass;
}
