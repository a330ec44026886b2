import { open, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { constants, gunzipSync } from 'node:zlib';
import { detectAwsInput, mergeAwsInputs, normalizeAws, readAwsInput, withTrailUsage } from '@keyreach/aws/offline';
import {
  azureTenantInputs,
  detectAzureInput,
  linkAzureFederation,
  normalizeAzure,
  readAzureBundles,
  withRecordedUse,
} from '@keyreach/azure/offline';
import { linkSubjects } from '@keyreach/core/authz';
import { type Gap, type Graph, KeyreachError, mergeGraphs, quoteText, type Timestamp } from '@keyreach/core/graph';
import { readGraphFile } from '@keyreach/core/graph-file';
import {
  detectGcpInput,
  linkFederation,
  mergeGcpInputs,
  normalizeGcp,
  readGcpInput,
  withAuditUsage,
} from '@keyreach/gcp/offline';
import { UsageError } from './usage-error.ts';

type AwsInput = Awaited<ReturnType<typeof readAwsInput>>;
type GcpInput = Awaited<ReturnType<typeof readGcpInput>>;
type AzureInput = Awaited<ReturnType<typeof readAzureBundles>>[number];

/** What reading inputs gives. */
export interface ReadEstate {
  readonly graph: Graph;
  /** What is wrong with the inputs, one line each: file, position, what was expected. The graph has a gap for each. */
  readonly problems: readonly string[];
}

/** What reading inputs takes. */
export interface ReadOptions {
  readonly now: Timestamp;
  /** Told of each input before it is read. */
  readonly onInput?: (input: string) => void;
  /** Told how many of the log files of all inputs are read. */
  readonly onLogs?: (read: number, all: number) => void;
}

/**
 * Reads inputs side by side: bundle directories, single files and graph files, in any mixture. What cannot be read is a
 * problem and a gap, and the rest counts. Throws a {@link UsageError} where nothing at all can be read.
 */
export async function readEstate(
  inputs: readonly string[],
  { now, onInput, onLogs }: ReadOptions,
): Promise<ReadEstate> {
  const graphs: Graph[] = [];
  const awsInputs: AwsInput[] = [];
  const gcpInputs: GcpInput[] = [];
  const azureInputs: AzureInput[] = [];
  const failures: Gap[] = [];
  for (const input of inputs) {
    onInput?.(input);
    try {
      for (const kind of await inputKinds(input)) {
        if (kind === 'graph') graphs.push(await readGraphFile(input));
        else if (kind === 'aws') awsInputs.push(await readAwsInput(input));
        else if (kind === 'gcp') gcpInputs.push(await readGcpInput(input));
        else azureInputs.push(...(await readAzureBundles(input)));
      }
    } catch (error) {
      if (!(error instanceof KeyreachError)) throw error;
      failures.push({ scope: input, what: 'input', why: error.message, kind: 'bad-input' });
    }
  }
  const aws = await readLogs('CloudTrail', mergeAwsInputs(awsInputs), withTrailUsage, onLogs, failures);
  if (holdsSomething(aws)) graphs.push(normalizeAws(aws, { now }));
  else failures.push(...aws.gaps);
  if (gcpInputs.length > 0) {
    const gcp = await readLogs('audit logs', mergeGcpInputs(gcpInputs), withAuditUsage, onLogs, failures);
    graphs.push(normalizeGcp(gcp, { now }));
  }
  // A graph is of one tenant: what is of several is several graphs.
  for (const tenant of azureTenantInputs(azureInputs)) {
    const recorded = await readLogs('logs of Azure', tenant, withRecordedUse, onLogs, failures);
    graphs.push(normalizeAzure(recorded, { now }));
  }
  if (graphs.length === 0) {
    const lines = failures.filter(isProblem).map(problemText);
    throw new UsageError(
      lines.length > 0 ? lines : [`nothing to read in ${inputs.map(quoteText).join(', ')}, ${expected}`],
    );
  }
  const merged =
    graphs.length === 1 && failures.length === 0 ? graphs[0]! : mergeGraphs([...graphs, gapGraph(failures)]);
  // Who is trusted across clouds shows only where both are.
  const linked = linkSubjects(linkAzureFederation(linkFederation(merged)));
  return { graph: linked, problems: linked.gaps.filter(isProblem).map(problemText) };
}

/** Told how far reading logs has come. */
type LogOptions = { readonly onProgress: (progress: { readonly files: number; readonly allFiles: number }) => void };

/** Adds the use that logs recorded; where they cannot be read at all, the rest counts. */
async function readLogs<Input>(
  what: string,
  input: Input,
  withUsage: (input: Input, options: LogOptions) => Promise<Input>,
  onLogs: ReadOptions['onLogs'],
  failures: Gap[],
): Promise<Input> {
  try {
    return await withUsage(input, { onProgress: ({ files, allFiles }) => onLogs?.(files, allFiles) });
  } catch (error) {
    if (!(error instanceof KeyreachError)) throw error;
    failures.push({ scope: what, what, why: error.message, kind: 'bad-input' });
    return input;
  }
}

/** What is known of an account before any of its files is read. */
const accountFacts: readonly string[] = ['accountId', 'partition', 'collectedAt', 'standalone'];

/** Whether any file was read. A directory named after an account alone tells nothing. */
function holdsSomething({ accounts, organizations }: AwsInput): boolean {
  if (organizations.length > 0) return true;
  return Object.values(accounts).some((account) =>
    Object.entries(account).some(
      ([key, value]) => !accountFacts.includes(key) && !(Array.isArray(value) && value.length === 0),
    ),
  );
}

/** A graph that says nothing but what could not be read. */
function gapGraph(gaps: readonly Gap[]): Graph {
  const none: readonly never[] = [];
  return {
    schema: 'keyreach-graph/1',
    nodes: none,
    edges: none,
    documents: none,
    policies: none,
    attachments: none,
    usage: none,
    observations: none,
    gaps: gaps.map(({ scope, ...rest }) => ({ scope: basename(scope), ...rest })),
  };
}

/** What is wrong with the input itself: a file that is there and not readable, or what no collecting would mend. */
function isProblem({ fix, file, kind }: Gap): boolean {
  // Gaps of older graph files have no kind: one that comes with a file, or that no collecting would mend, is a problem.
  return kind === undefined ? fix === undefined || file !== undefined : kind === 'bad-input';
}

function problemText({ scope, what, why, file }: Gap): string {
  if (file !== undefined) return why.startsWith(`${file}:`) ? why : `${file}: ${why}`;
  return why.startsWith('`') ? why : `${scope}: ${what}: ${why}`;
}

const headLength = 65_536;

type InputKind = 'aws' | 'gcp' | 'azure' | 'graph';

/**
 * What an input is; a directory may hold bundles of several clouds. Throws a KeyreachError that says what was expected for what is
 * nothing we know.
 */
async function inputKinds(input: string): Promise<readonly InputKind[]> {
  const found = await stat(input).catch(() => undefined);
  if (found === undefined) {
    throw new KeyreachError(
      'cannot-read',
      `${quoteText(input)}: no such file or directory, or no permission to read it`,
    );
  }
  if (found.isDirectory()) {
    const kinds: readonly InputKind[] = [
      ...((await detectAwsInput(input, undefined)) ? (['aws'] as const) : []),
      ...((await detectGcpInput(input, undefined)) ? (['gcp'] as const) : []),
      ...((await detectAzureInput(input, undefined)) ? (['azure'] as const) : []),
    ];
    // A directory that nobody knows: the reader says best what a bundle would hold.
    return kinds.length > 0 ? kinds : ['aws'];
  }
  if (!found.isFile()) throw new KeyreachError('cannot-read', `${quoteText(input)}: not a plain file`);
  const head = await headOf(input);
  if (found.size === 0) throw new KeyreachError('empty', `${quoteText(input)}: line 1: an empty file, ${expected}`);
  if (isGraphHead(head)) return ['graph'];
  if (await detectAwsInput(input, head)) return ['aws'];
  if (await detectGcpInput(input, head)) return ['gcp'];
  if (await detectAzureInput(input, head)) return ['azure'];
  throw new KeyreachError('unknown-input', `${quoteText(input)}: line 1: nothing Keyreach knows, ${expected}`);
}

const expected =
  'expected a bundle directory, account authorization details, a credential report, a list of access keys, CloudTrail logs, assets of Cloud Asset Inventory, role assignments or logs of Azure, or a graph file';

async function headOf(path: string): Promise<Uint8Array> {
  try {
    const handle = await open(path, 'r');
    try {
      const { bytesRead, buffer } = await handle.read(new Uint8Array(headLength), 0, headLength, 0);
      return buffer.subarray(0, bytesRead);
    } finally {
      await handle.close();
    }
  } catch (cause) {
    throw new KeyreachError('cannot-read', `${quoteText(path)}: permission denied`, { cause });
  }
}

/** The first record of a graph file names its schema; the rest of a damaged one is the reader's to complain about. */
function isGraphHead(head: Uint8Array): boolean {
  const text = new TextDecoder().decode(unpacked(head));
  const end = text.indexOf('\n');
  return text.slice(0, end < 0 ? 4096 : Math.min(end, 4096)).includes('"keyreach-graph/');
}

function unpacked(head: Uint8Array): Uint8Array {
  if (head[0] !== 0x1f || head[1] !== 0x8b) return head;
  try {
    return gunzipSync(head, { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: 64 * 1024 * 1024 });
  } catch {
    return head;
  }
}
