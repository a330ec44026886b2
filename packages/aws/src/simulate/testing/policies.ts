import type { SimulatedPolicies } from '../simulated-policies.ts';
import type { SimulatedRequest } from '../simulated-request.ts';

/** The account of the principals and resources of most tests, and another one. */
export const A = '111122223333';
export const B = '999900001111';

export const NOW: number = Date.parse('2026-01-01T00:00:00Z');

export const iam = (resource: string, account: string = A): string => `arn:aws:iam::${account}:${resource}`;
export const sts = (resource: string, account: string = A): string => `arn:aws:sts::${account}:${resource}`;

export const USER: string = iam('user/ci');
export const ROLE: string = iam('role/ops/deploy');
export const SESSION: string = sts('assumed-role/deploy/s1');
export const FEDERATED_USER: string = sts('federated-user/guest');
export const QUEUE = `arn:aws:sqs:eu-west-1:${A}:jobs`;
export const FOREIGN_QUEUE = `arn:aws:sqs:eu-west-1:${B}:jobs`;
export const KEY = `arn:aws:kms:eu-west-1:${A}:key/5b1d6d3c-0000-4000-8000-000000000000`;

type Texts = string | readonly string[];
type Extra = Readonly<Record<string, unknown>>;

/** A document of the given statements. */
export const policy = (...Statement: readonly object[]): object => ({ Version: '2012-10-17', Statement });

export const allow = (Action: Texts, Resource: Texts = '*', extra: Extra = {}): object =>
  policy({ Effect: 'Allow', Action, Resource, ...extra });
export const deny = (Action: Texts, Resource: Texts = '*', extra: Extra = {}): object =>
  policy({ Effect: 'Deny', Action, Resource, ...extra });

/** A policy on a resource that lets `Principal` do it. */
export const grant = (Principal: unknown, Action: Texts, extra: Extra = {}): object =>
  policy({ Effect: 'Allow', Principal, Action, Resource: '*', ...extra });
export const refuse = (Principal: unknown, Action: Texts, extra: Extra = {}): object =>
  policy({ Effect: 'Deny', Principal, Action, Resource: '*', ...extra });

/** A trust policy. */
export const trust = (Principal: unknown, Action: Texts = 'sts:AssumeRole', extra: Extra = {}): object =>
  policy({ Effect: 'Allow', Principal, Action, ...extra });

export const ALL: object = allow('*');
/** A condition that nobody can decide before the request. */
export const FROM_OFFICE: Extra = { Condition: { IpAddress: { 'aws:SourceIp': '192.0.2.0/24' } } };

/** The user `ci` sends a message to a queue of its account, with what is given instead. */
export const sends = (given: Partial<SimulatedRequest> = {}): SimulatedRequest => ({
  principal: USER,
  action: 'sqs:SendMessage',
  resource: QUEUE,
  now: NOW,
  ...given,
});

/** The user `ci` assumes the role `deploy` of its account, with what is given instead. */
export const assumes = (given: Partial<SimulatedRequest> = {}): SimulatedRequest => ({
  principal: USER,
  action: 'sts:AssumeRole',
  resource: ROLE,
  now: NOW,
  ...given,
});

/** Policies with every guardrail known to be absent. */
export const bare = (given: SimulatedPolicies): SimulatedPolicies => ({
  boundary: null,
  session: [],
  scps: [],
  rcps: [],
  resource: null,
  vpcEndpoint: null,
  ...given,
});
