import type { ProviderSemantics } from '@keyreach/core/authz';
import { awsCatalogue } from '../catalogue/action-catalogue.ts';
import { accountZone } from './account-zone.ts';
import { awsResourceLanguage } from './arn-pattern.ts';
import { bucketBehind, FRONT_TYPES } from './bucket-behind.ts';
import { awsConditionLanguage } from './condition-language.ts';
import { isCreatingAction } from './creating-actions.ts';
import { listsAll } from './lists-all.ts';
import { needsResourceGrant } from './needs-resource-grant.ts';
import { outsiderOf } from './outsider.ts';
import { requestTemplates } from './request-templates.ts';
import { templateInRegion } from './requested-region.ts';
import { resourceHolders } from './resource-holders.ts';
import { serviceContext } from './service-context.ts';
import { hasServiceRule, serviceRule } from './service-rules.ts';
import { sessionRules } from './sessions.ts';
import { takesOutsiders } from './takes-outsiders.ts';
import { WITHIN_ACCOUNT } from './within-account.ts';

let names: readonly string[] | undefined;

/**
 * What AWS adds to the authorization algebra: actions, resource patterns, conditions, and the few rules that name
 * services (aws.md 1.3-1.12). The action catalogue is read on first use.
 *
 * @example
 * awsSemantics.requestTemplates('iam:PassRole', undefined); // [['arn:aws:iam::*:role/*']]
 */
export const awsSemantics: ProviderSemantics = {
  provider: 'aws',
  get actions() {
    names ??= awsCatalogue().actions.map((action) => action.name);
    return names;
  },
  resources: awsResourceLanguage,
  conditions: awsConditionLanguage,
  alwaysAllowed: ['sts:GetCallerIdentity'],
  requestTemplates,
  agreeingTemplate: templateInRegion,
  zoneOf: accountZone,
  holdersOf: resourceHolders,
  needsResourceGrant,
  takesOutsiders,
  listsAll,
  creates: isCreatingAction,
  serviceContext,
  serviceRule,
  hasServiceRule,
  withinZone: WITHIN_ACCOUNT,
  // The organization acts on the root users of its members without asking them (aws.md 1.7).
  needsNoConsent: (action) => action.toLowerCase() === 'sts:assumeroot',
  alsoGoverns: bucketBehind,
  frontTypes: FRONT_TYPES,
  outsider: outsiderOf,
  session: sessionRules,
};
