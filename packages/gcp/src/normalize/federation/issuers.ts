import { type ClaimValue, claimMap, textClaim, textOfParts, UNKNOWN_CLAIM } from './claim-value.ts';

/** An issuer without scheme and closing slash, host in lower case, as other adapters write it. */
export function issuerName(issuer: string): string {
  const plain = issuer
    .trim()
    .replace(/^https?:\/\//i, '')
    .replace(/\/+$/, '');
  const slash = plain.indexOf('/');
  return slash < 0 ? plain.toLowerCase() : plain.slice(0, slash).toLowerCase() + plain.slice(slash);
}

/** The issuer of tokens of Google accounts and service accounts. */
export const GOOGLE_ISSUER = 'accounts.google.com';

const GITHUB = 'token.actions.githubusercontent.com';
const fresh = { hole: 'fresh' } as const;
const any = { hole: 'any' } as const;
const nobody = textOfParts([fresh]);

/**
 * Tokens that anybody can have of issuers that serve everybody (gcp.md 7.2): claims that name an owner name a stranger; what
 * is not listed a stranger may choose, or the input does not tell.
 */
const STRANGERS: Readonly<Record<string, Readonly<Record<string, ClaimValue>>>> = {
  [GITHUB]: {
    sub: textOfParts(['repo:', fresh, '/', any]),
    repository: textOfParts([fresh, '/', any]),
    repository_id: nobody,
    repository_owner: nobody,
    repository_owner_id: nobody,
    job_workflow_ref: textOfParts([fresh, '/', any]),
    workflow_ref: textOfParts([fresh, '/', any]),
    enterprise: nobody,
    enterprise_id: nobody,
  },
  'gitlab.com': {
    sub: textOfParts(['project_path:', fresh, '/', any]),
    project_path: textOfParts([fresh, '/', any]),
    project_id: nobody,
    namespace_path: textOfParts([fresh]),
    namespace_id: nobody,
    user_login: nobody,
    user_id: nobody,
  },
  'app.terraform.io': {
    sub: textOfParts(['organization:', fresh, ':', any]),
    terraform_organization_name: nobody,
    terraform_organization_id: nobody,
    terraform_project_id: nobody,
    terraform_workspace_id: nobody,
  },
  'agent.buildkite.com': {
    sub: textOfParts(['organization:', fresh, ':', any]),
    organization_slug: nobody,
    organization_id: nobody,
    pipeline_id: nobody,
  },
  'oidc.vercel.com': {
    sub: textOfParts(['owner:', fresh, ':', any]),
    owner: nobody,
    owner_id: nobody,
    project_id: nobody,
  },
  [GOOGLE_ISSUER]: {
    sub: nobody,
    azp: nobody,
    email: textOfParts([fresh, '@', fresh]),
    hd: nobody,
  },
};

/** The token of a stranger, where the issuer serves everybody; undefined where only an owner has tokens of it. */
export function strangersToken(issuer: string): ClaimValue | undefined {
  const name = issuerName(issuer);
  if (!Object.hasOwn(STRANGERS, name)) return undefined;
  return claimMap({ iss: textClaim(`https://${name}`), ...STRANGERS[name] }, true);
}

/**
 * The token of whoever has the subject: the subject, and the claims that the issuer spells out in it (gcp.md 2). Others are
 * not known.
 */
export function tokenOfSubject(issuer: string | undefined, subject: string): ClaimValue {
  const name = issuer === undefined ? undefined : issuerName(issuer);
  return claimMap(
    {
      sub: textClaim(subject),
      // What SAML calls it.
      subject: textClaim(subject),
      ...(name === undefined ? {} : { iss: textClaim(`https://${name}`) }),
      ...claimsInSubject(name, subject),
    },
    true,
  );
}

function claimsInSubject(issuer: string | undefined, subject: string): Readonly<Record<string, ClaimValue>> {
  const account = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(subject);
  if (account !== null) {
    const [, namespace = '', name = ''] = account;
    const serviceaccount = claimMap({ name: textClaim(name) }, true);
    return { 'kubernetes.io': claimMap({ namespace: textClaim(namespace), serviceaccount }, true) };
  }
  switch (issuer) {
    case GITHUB: {
      const [, owner, repository, rest = ''] = /^repo:([^/:]+)\/([^:]+):(.+)$/s.exec(subject) ?? [];
      if (owner === undefined) return {};
      const [kind, ...value] = rest.split(':');
      return {
        repository_owner: textClaim(owner),
        repository: textClaim(`${owner}/${repository}`),
        ...(kind === 'ref' ? { ref: textClaim(value.join(':')) } : {}),
        ...(kind === 'environment' ? { environment: textClaim(value.join(':')) } : {}),
      };
    }
    case 'gitlab.com': {
      const [, path, type, ref] = /^project_path:([^:]+):ref_type:([^:]+):ref:(.+)$/s.exec(subject) ?? [];
      if (path === undefined || type === undefined || ref === undefined) return {};
      return {
        project_path: textClaim(path),
        namespace_path: textClaim(path.slice(0, Math.max(0, path.lastIndexOf('/')))),
        ref_type: textClaim(type),
        ref: textClaim(ref),
      };
    }
    case 'app.terraform.io': {
      const found = /^organization:([^:]+):project:([^:]+):workspace:([^:]+):run_phase:([^:]+)$/.exec(subject);
      if (found === null) return {};
      const [, organization = '', project = '', workspace = '', phase = ''] = found;
      return {
        terraform_organization_name: textClaim(organization),
        terraform_project_name: textClaim(project),
        terraform_workspace_name: textClaim(workspace),
        terraform_run_phase: textClaim(phase),
      };
    }
    default:
      return {};
  }
}

/**
 * The token of an AWS identity as Google gets it of `sts:GetCallerIdentity`: `arn`, `account` and `userid`, nothing else.
 * `sessionName` absent: whoever takes the role chooses it.
 */
export function awsToken(identity: {
  readonly accountId: string;
  readonly partition: string;
  readonly role?: string;
  readonly sessionName?: string;
  /** ARN of what is no role: a user. */
  readonly arn?: string;
}): ClaimValue {
  const { accountId, partition, role, sessionName, arn } = identity;
  const session = sessionName ?? ({ hole: 'word' } as const);
  return claimMap(
    {
      account: textClaim(accountId),
      arn:
        role === undefined
          ? textClaim(arn ?? '')
          : textOfParts([`arn:${partition}:sts::${accountId}:assumed-role/${role}/`, session]),
      userid: UNKNOWN_CLAIM,
    },
    false,
  );
}

/** The token of whoever has the subject that AWS gives an ARN; undefined where it is none. */
export function awsTokenOfSubject(subject: string): ClaimValue | undefined {
  const [, partition, accountId, role, sessionName] =
    /^arn:(aws[a-z-]*):sts::(\d{12}):assumed-role\/([^/]+)\/([^/]+)$/.exec(subject) ?? [];
  if (partition !== undefined && accountId !== undefined && role !== undefined && sessionName !== undefined) {
    return awsToken({ accountId, partition, role, sessionName });
  }
  const [, ofUser, account] = /^arn:(aws[a-z-]*):(?:iam|sts)::(\d{12}):.+$/.exec(subject) ?? [];
  return ofUser === undefined || account === undefined
    ? undefined
    : awsToken({ accountId: account, partition: ofUser, arn: subject });
}

/** Claims of an ID token of a Google service account; its audience is whatever is asked for (gcp.md 3.A, sa-id-token). */
export function googleToken(identity: { readonly uniqueId?: string; readonly email: string }): ClaimValue {
  const id = identity.uniqueId === undefined ? UNKNOWN_CLAIM : textClaim(identity.uniqueId);
  return claimMap(
    {
      iss: textClaim(`https://${GOOGLE_ISSUER}`),
      sub: id,
      azp: id,
      aud: textOfParts([any]),
      email: textClaim(identity.email),
      email_verified: { is: 'boolean', value: true },
      exp: UNKNOWN_CLAIM,
      iat: UNKNOWN_CLAIM,
    },
    true,
  );
}

/** The tenant of Entra ID whose tokens an issuer gives, in lower case; undefined where it is none. */
export function entraTenant(issuer: string): string | undefined {
  const [host, tenant, version, ...more] = issuerName(issuer).toLowerCase().split('/');
  if (tenant === undefined || tenant === '' || more.length > 0) return undefined;
  if (host === 'sts.windows.net') return version === undefined ? tenant : undefined;
  return host === 'login.microsoftonline.com' && (version === 'v2.0' || version === undefined) ? tenant : undefined;
}

/** The token of a service principal or managed identity of Entra ID: its subject is its object id; the audience it chooses. */
export function entraToken(identity: {
  readonly tenant: string;
  readonly objectId: string;
  readonly appId?: string;
}): ClaimValue {
  const { tenant, objectId, appId } = identity;
  const app = appId === undefined ? UNKNOWN_CLAIM : textClaim(appId);
  return claimMap(
    {
      iss: UNKNOWN_CLAIM,
      sub: textClaim(objectId),
      oid: textClaim(objectId),
      tid: textClaim(tenant),
      azp: app,
      appid: app,
      idtyp: UNKNOWN_CLAIM,
      aud: UNKNOWN_CLAIM,
    },
    true,
  );
}
