import { promises as fs } from 'node:fs';
import { basename, dirname } from 'node:path';
import { type Gap, KeyreachError } from '@keyreach/core/graph';
import type { DecodedInput } from '@keyreach/core/input';
import {
  BundleFiles,
  FileProblems,
  MAX_JSON_DEPTH,
  parseJson,
  readEither,
  readInputFile,
  readManifest,
} from '@keyreach/core/input';
import { AccountCollector } from './account-collector.ts';
import { isAccountId } from './arn.ts';
import type { AwsAccountInput, AwsInput } from './aws-input.ts';
import { detectAwsFile, headText, isAwsDirectory, logFilesOf } from './detect-input.ts';
import { ACCOUNT_FILES } from './input-files.ts';
import { EMPTY_INPUT, mergeAwsInputs } from './merge-inputs.ts';
import { type OrganizationFile, organizationFile } from './organization-file.ts';
import { logsBelow, readRecordedUse, readTrailFacts } from './recorded-use-files.ts';

/**
 * Reads AWS input: a bundle directory, a directory that holds several, or a single file with account authorization
 * details, a credential report or a list of access keys under any name (bundles.md). What is absent, empty, truncated or
 * of the wrong shape becomes a gap, and the rest is read.
 *
 * @throws KeyreachError `cannot-read` where the path does not exist, `not-aws` where nothing in it is AWS input.
 * @example
 * ```ts
 * const graph = normalizeAws(await readAwsInput('./bundle'), { now: '2026-01-01T00:00:00.000Z' });
 * ```
 */
export async function readAwsInput(path: string): Promise<AwsInput> {
  return readAwsInputs([path]);
}

/** Reads several inputs side by side and joins them; see {@link readAwsInput} and {@link mergeAwsInputs}. */
export async function readAwsInputs(paths: readonly string[]): Promise<AwsInput> {
  const inputs: AwsInput[] = [];
  for (const path of paths) inputs.push(await readOne(path));
  return mergeAwsInputs(inputs);
}

async function readOne(path: string): Promise<AwsInput> {
  let directory: boolean;
  try {
    directory = (await fs.stat(path)).isDirectory();
  } catch (cause) {
    throw new KeyreachError('cannot-read', `\`${path}\` cannot be read; check the path and its permissions`, { cause });
  }
  if (!directory) {
    const head = headText(await (await BundleFiles.open(dirname(path))).head(basename(path)));
    if (detectAwsFile(head) !== 'cloudTrail') return readLoneFile(await readInputFile(path), basename(path));
    return { ...EMPTY_INPUT, cloudTrail: [{ path, shown: basename(path) }] };
  }
  const files = await BundleFiles.open(path);
  const input = await readDirectory(files);
  if (input === undefined) {
    throw new KeyreachError(
      'not-aws',
      `\`${path}\` holds no AWS bundle; expected \`organization.json\`, \`accounts/\` or account authorization details`,
    );
  }
  return input;
}

/** A directory is one bundle; else its sub-directories may be bundles and its files single inputs. */
async function readDirectory(files: BundleFiles): Promise<AwsInput | undefined> {
  if (await isAwsDirectory(files, '')) return readBundle(files, '');
  const inputs: AwsInput[] = [];
  for (const name of await files.names('', 'directory')) {
    if (await isAwsDirectory(files, `${name}/`)) inputs.push(await readBundle(files, `${name}/`));
  }
  for (const name of await files.names('', 'file')) {
    const kind = /\.(json|csv)(\.gz)?$/i.test(name) ? detectAwsFile(headText(await files.head(name))) : undefined;
    if (kind === undefined || kind === 'cloudTrail') continue;
    const decoded = await files.read(name);
    if (decoded !== undefined) inputs.push(readLoneFile(decoded, name));
  }
  if (inputs.length > 0) return mergeAwsInputs(inputs);
  const cloudTrail = await logFilesOf(files);
  return cloudTrail.length === 0 ? undefined : { ...EMPTY_INPUT, cloudTrail };
}

/** A single file: what it is decides its content, not its name. */
function readLoneFile(decoded: DecodedInput, shown: string): AwsInput {
  const collector = new AccountCollector(undefined);
  if (!decoded.ok) {
    collector.unreadable('authorizationDetails', shown, decoded.problem);
    return collector.input({});
  }
  const detected = detectAwsFile(decoded.text);
  const kind = detected === 'cloudTrail' ? undefined : detected;
  if (kind === 'credentialReport') {
    collector.credentialReport(decoded.text, shown);
    return collector.input({});
  }
  const parsed = parseJson(decoded.text, { file: shown, maxDepth: MAX_JSON_DEPTH });
  if (!parsed.ok) collector.unreadable(kind ?? 'authorizationDetails', shown, parsed.error.message);
  else collector.json(kind ?? 'authorizationDetails', parsed.value, shown);
  return collector.input({});
}

async function readBundle(files: BundleFiles, prefix: string): Promise<AwsInput> {
  const manifest = await readManifest(files, prefix);
  const organization = await readOrganizationFile(files, prefix);
  const facts: Pick<AwsAccountInput, 'collectedAt' | 'standalone'> = {
    ...(manifest.collectedAt === undefined ? {} : { collectedAt: manifest.collectedAt }),
    ...(organization.standalone ? { standalone: true } : {}),
  };
  const accounts: AwsInput[] = [];
  const gaps: Gap[] = [...manifest.gaps, ...organization.gaps];
  for (const name of await files.names(`${prefix}accounts`, 'directory')) {
    if (isAccountId(name)) accounts.push(await readAccount(files, `${prefix}accounts/${name}/`, name, facts));
    else {
      const why = 'expected an account id as the name';
      gaps.push({ scope: `${prefix}accounts/${name}`, what: 'account', why, kind: 'bad-input' });
    }
  }
  const recorded = await readRecordedUse(files, prefix);
  gaps.push(...recorded.gaps);
  const { cloudTrail, trailUsage } = recorded;
  return mergeAwsInputs([
    { ...EMPTY_INPUT, organizations: organization.organizations, cloudTrail, trailUsage, gaps },
    ...accounts,
  ]);
}

async function readAccount(
  files: BundleFiles,
  directory: string,
  accountId: string,
  facts: Pick<AwsAccountInput, 'collectedAt' | 'standalone'>,
): Promise<AwsInput> {
  const collector = new AccountCollector(accountId);
  for (const { key, path } of ACCOUNT_FILES) {
    if (key === 'cloudTrail') {
      const logs = await logsBelow(files, `${directory}${path}`);
      collector.cloudTrail(logs.map(({ path: log }) => log));
      continue;
    }
    const found = await readEither(files, `${directory}${path}`);
    if (found === undefined) continue;
    if (!found.decoded.ok) {
      collector.unreadable(key, found.shown, found.decoded.problem);
    } else if (key === 'credentialReport') {
      collector.credentialReport(found.decoded.text, found.shown);
    } else {
      const parsed = parseJson(found.decoded.text, { file: found.shown, maxDepth: MAX_JSON_DEPTH });
      if (parsed.ok) collector.json(key, parsed.value, found.shown);
      else collector.unreadable(key, found.shown, parsed.error.message);
    }
  }
  const settings = await readTrailFacts(files, directory, accountId);
  const input = collector.input(facts);
  const account = input.accounts[accountId];
  if (account === undefined) return input;
  const { gaps, ...told } = settings(account.partition);
  return {
    ...input,
    accounts: { ...input.accounts, [accountId]: { ...account, ...told } },
    gaps: [...input.gaps, ...gaps],
  };
}

async function readOrganizationFile(files: BundleFiles, prefix: string): Promise<OrganizationFile> {
  const found = await readEither(files, `${prefix}organization.json`);
  // Whether accounts are then in an organization is said per account, once all inputs are known.
  if (found === undefined) return { organizations: [], standalone: false, gaps: [] };
  const { shown, decoded } = found;
  const problems = new FileProblems('organization', shown);
  const failed = (why: string): OrganizationFile => {
    problems.line(why);
    return { organizations: [], standalone: false, gaps: problems.gaps(shown) };
  };
  if (!decoded.ok) return failed(decoded.problem);
  const parsed = parseJson(decoded.text, { file: shown, maxDepth: MAX_JSON_DEPTH });
  return parsed.ok ? organizationFile(parsed.value, problems) : failed(parsed.error.message);
}
