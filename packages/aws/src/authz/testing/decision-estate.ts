import {
  AuthorizationModel,
  type CompiledDocument,
  decideQuery,
  type PrincipalFacts,
  type RequestContext,
  type ResourceFacts,
  type Truth,
} from '@keyreach/core/authz';
import {
  type Attachment,
  GraphIndex,
  type GraphNode,
  type IdentityNode,
  type Json,
  type PolicyDocument,
  type PrincipalMatcher,
  type Statement,
} from '@keyreach/core/graph';
import { awsSemantics } from '../aws-semantics.ts';
import { ACCOUNT, account, NOW } from './facts.ts';

/** A statement in short: everything is allowed on everything unless it says otherwise. */
export interface Rule {
  readonly effect?: 'allow' | 'deny';
  readonly actions?: readonly string[];
  readonly except?: readonly string[];
  readonly resources?: readonly string[];
  readonly condition?: Json;
  readonly who?: readonly PrincipalMatcher[];
  readonly unless?: readonly PrincipalMatcher[];
}

/** Policies of an estate with one account, one principal and one bucket. */
export interface EstateFields {
  readonly identity?: IdentityNode;
  readonly grants?: readonly Rule[];
  readonly boundary?: readonly Rule[];
  readonly bucketPolicy?: readonly Rule[];
  readonly bucketTags?: Readonly<Record<string, string>>;
  readonly rcp?: readonly Rule[];
}

export const USER: IdentityNode = {
  kind: 'identity',
  id: `arn:aws:iam::${ACCOUNT}:user/alice`,
  provider: 'aws',
  type: 'user',
  name: 'alice',
  scope: account().id,
  tags: {},
  attributes: { userId: 'AIDAEXAMPLEUSER' },
};

export const ROLE: IdentityNode = {
  ...USER,
  id: `arn:aws:iam::${ACCOUNT}:role/app`,
  type: 'role',
  name: 'app',
  attributes: { userId: 'AROAEXAMPLEROLE' },
};

export const ROOT: IdentityNode = { ...USER, id: `arn:aws:iam::${ACCOUNT}:root`, type: 'root', name: 'root' };

export const BUCKET = 'arn:aws:s3:::bucket';

/** How one request is made. */
export interface Asking {
  readonly session?: string;
  /** A session policy. */
  readonly sessionPolicy?: readonly Rule[];
  readonly chosenTags?: true;
  readonly chosenResourceTags?: true;
  readonly context?: RequestContext;
}

/** A small estate to put questions to. */
export class DecisionEstate {
  readonly model: AuthorizationModel;
  readonly #identity: IdentityNode;

  constructor(fields: EstateFields) {
    this.#identity = fields.identity ?? USER;
    const nodes: GraphNode[] = [
      account(),
      this.#identity,
      {
        kind: 'resource',
        id: BUCKET,
        provider: 'aws',
        type: 'AWS::S3::Bucket',
        name: 'bucket',
        scope: account().id,
        ...(fields.bucketTags === undefined ? {} : { tags: fields.bucketTags }),
      },
    ];
    const documents: PolicyDocument[] = [];
    const attachments: Attachment[] = [];
    const place = (rules: readonly Rule[] | undefined, node: string, role: Attachment['role']): void => {
      if (rules === undefined) return;
      const document = documentOf(`${role} ${node}`, rules);
      documents.push(document);
      attachments.push({ policy: document.id, node, role });
    };
    place(fields.grants, this.#identity.id, 'identity-grant');
    place(fields.boundary, this.#identity.id, 'identity-guard');
    place(fields.bucketPolicy, BUCKET, 'resource-grant');
    place(fields.rcp, account().id, 'resource-scope-guard');
    const policies = documents.map(({ id }) => ({ id, provider: 'aws', name: id, type: 'policy', document: id }));
    const none = { edges: [], usage: [], observations: [], gaps: [] };
    this.model = new AuthorizationModel(
      new GraphIndex({ schema: 'keyreach-graph/1', nodes, documents, policies, attachments, ...none }),
      [awsSemantics],
    );
  }

  /** The facts of the principal as the request is made. */
  facts({ session, chosenTags }: Asking): PrincipalFacts {
    const facts =
      session === undefined ? this.model.factsOf(this.#identity) : this.model.sessionFacts(this.#identity, session);
    return chosenTags === true ? { ...facts, chosenTags } : facts;
  }

  /** Decides one request. */
  decide(action: string, resource: string = '*', asking: Asking = {}): Truth {
    const provider = this.model.provider('aws')!;
    const facts = this.facts(asking);
    const guards: CompiledDocument[] =
      asking.sessionPolicy === undefined
        ? []
        : [provider.compiler.compile(documentOf('session', asking.sessionPolicy))];
    const target: ResourceFacts = this.model.resourceFacts(resource, provider);
    return decideQuery(this.model, {
      principal: facts,
      class: this.model.classFor(facts, guards),
      action: provider.catalogue.ref(action),
      resource: asking.chosenResourceTags === true ? { ...target, chosenTags: true } : target,
      provider,
      context: asking.context ?? new Map(),
      now: NOW,
    });
  }
}

function documentOf(id: string, rules: readonly Rule[]): PolicyDocument {
  return { id, provider: 'aws', statements: rules.map(statementOf) };
}

function statementOf(rule: Rule, index: number): Statement {
  return {
    effect: rule.effect ?? 'allow',
    actions: { include: rule.actions ?? ['*'], exclude: rule.except ?? [] },
    resources: { include: rule.resources ?? ['*'], exclude: [] },
    ...(rule.who === undefined && rule.unless === undefined
      ? {}
      : {
          principals: {
            include: rule.who ?? [{ match: 'anyone', strength: 'bypasses-guards' }],
            exclude: rule.unless ?? [],
            ...(rule.unless === undefined ? {} : { excludes: 'all-identities' as const }),
          },
        }),
    ...(rule.condition === undefined
      ? {}
      : { condition: { language: 'aws', body: { version: '2012-10-17', block: rule.condition } } }),
    index,
  };
}
