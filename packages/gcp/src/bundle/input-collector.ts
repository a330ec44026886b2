import type { Gap } from '@keyreach/core/graph';
import { FileProblems } from '@keyreach/core/input';
import { AssetCollection } from './asset-collection.ts';
import { readAssetRecord } from './asset-record.ts';
import { readAuditUsage } from './audit-usage-file.ts';
import type { GcpAuditUsage, GcpInput } from './gcp-input.ts';
import {
  ASSET_LIST_READERS,
  ASSET_LISTS,
  ASSETS_FILE,
  type AssetListKey,
  INPUT_FILES,
  type InputFile,
  type InputFileKey,
  READERS,
} from './input-files.ts';
import { EMPTY_INPUT, GCP_SCOPE } from './merge-inputs.ts';

/** What the file with use that was added up is called in gaps. */
const AUDIT_USAGE = 'audit usage';

/** Gathers the files of one bundle, each checked for shape as it comes, and makes a {@link GcpInput} of them. */
export class InputCollector {
  readonly #assets = new AssetCollection();
  readonly #files: Record<string, unknown> = {};
  readonly #auditUsage: GcpAuditUsage[] = [];
  readonly #problems: { readonly problems: FileProblems; readonly fix?: string }[] = [];
  #sawAssets = false;

  /** Problems of a file, to be told with what was gathered. `fix`: what to run where nothing of the file could be used. */
  problems(what: string, file: string, fix?: string): FileProblems {
    const problems = new FileProblems(what, file);
    this.#problems.push({ problems, ...(fix === undefined ? {} : { fix }) });
    return problems;
  }

  /** Notes that there is an inventory; records come by {@link asset}. */
  assetFile(file: string): FileProblems {
    this.#sawAssets = true;
    return this.problems(ASSETS_FILE.what, file);
  }

  /** Takes one record of the inventory; what of it cannot be read is a problem of the file. */
  asset(raw: unknown, where: string, problems: FileProblems): void {
    const record = readAssetRecord(raw, where, problems.report);
    if (record !== undefined) this.#assets.add(record.asset);
    if (record?.whole !== true) this.#assets.incomplete();
  }

  /** Notes that part of the inventory could not be read. */
  assetsIncomplete(): void {
    this.#assets.incomplete();
  }

  /** Takes the parsed value of a file. */
  value(key: InputFileKey, raw: unknown, shown: string): void {
    const file = fileOf(INPUT_FILES, key);
    const problems = new FileProblems(file.what, shown);
    const read = READERS[key](raw, problems.report);
    if (read !== undefined) this.#files[key] = read;
    this.#problems.push({ problems, ...(read === undefined ? { fix: file.fix } : {}) });
  }

  /** Takes the parsed value of a list that stands in for records of the inventory. */
  assetList(key: AssetListKey, raw: unknown, shown: string): void {
    const file = fileOf(ASSET_LISTS, key);
    const problems = new FileProblems(file.what, shown);
    const read = ASSET_LIST_READERS[key](raw, problems.report);
    for (const asset of read?.items ?? []) this.#assets.add(asset, false);
    if (read?.complete !== true) this.#assets.incomplete();
    this.#problems.push({ problems, ...(read === undefined ? { fix: file.fix } : {}) });
  }

  /** Takes the parsed value of audit-usage.json: what was added up where the logs are, once or several times. */
  auditUsage(raw: unknown, shown: string): void {
    const problems = this.problems(AUDIT_USAGE, shown);
    for (const one of Array.isArray(raw) ? raw : [raw]) {
      const usage = readAuditUsage(one, problems.report);
      if (usage !== undefined) this.#auditUsage.push(usage);
    }
  }

  /** Notes that a file could not be read at all. */
  unreadable(key: InputFileKey | AssetListKey | 'assets' | 'auditUsage', shown: string, why: string): void {
    const file = [...INPUT_FILES, ...ASSET_LISTS, ASSETS_FILE].find((one) => one.key === key);
    this.problems(file?.what ?? AUDIT_USAGE, shown, file?.fix).line(why);
    if (key === 'assets' || ASSET_LISTS.some((one) => one.key === key)) this.#assets.incomplete();
  }

  /** What was gathered, with what the bundle says of itself. */
  input(
    facts: Partial<Pick<GcpInput, 'auditLogs' | 'collectedAt'>> & { readonly gaps?: readonly Gap[] } = {},
  ): GcpInput {
    const { gaps = [], ...rest } = facts;
    const { disabledServices, ...files } = this.#files as {
      disabledServices?: { items: GcpInput['disabledServices'] };
    };
    return {
      ...EMPTY_INPUT,
      ...files,
      ...rest,
      ...(this.#assets.isEmpty && !this.#sawAssets ? {} : { assets: this.#assets.assets() }),
      auditUsage: this.#auditUsage,
      disabledServices: disabledServices?.items ?? [],
      gaps: [...gaps, ...this.#problems.flatMap(({ problems, fix }) => problems.gaps(GCP_SCOPE, fix))],
    };
  }
}

function fileOf<Key extends string>(files: readonly InputFile<Key>[], key: Key): InputFile<Key> {
  const found = files.find((file) => file.key === key);
  if (found === undefined) throw new TypeError(`no file \`${key}\``);
  return found;
}
