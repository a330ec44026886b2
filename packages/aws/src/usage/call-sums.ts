import { RESOURCE_LIMIT } from './trail-usage.ts';

/** Calls of one row, added up apart by where they were recorded. */
export interface CallSums {
  /** Not refused, recorded in the account of the caller, or nobody tells where. */
  readonly home: number;
  readonly homeRefused: number;
  /** Not refused, recorded in another account. */
  readonly elsewhere: number;
  readonly elsewhereRefused: number;
  /** Seconds since 1970 of the first and last that was not refused; 0 where there is none. */
  readonly first: number;
  readonly last: number;
}

type MutableSums = { -readonly [Key in keyof CallSums]: CallSums[Key] };

/**
 * Calls of one actor and shape, by resource, up to {@link RESOURCE_LIMIT} of them; beyond, all in one. What was added
 * makes the same sums in whatever order and in whatever parts.
 */
export class ResourceSums {
  /** The first resource stands by itself: most have one. */
  #resource = '';
  #sums: MutableSums | undefined;
  #others: Map<string, MutableSums> | undefined;
  #together = false;

  /** True where there were more resources than are told apart. */
  get together(): boolean {
    return this.#together;
  }

  /** Adds sums of a resource; the empty text stands for none. */
  add(resource: string, sums: CallSums): void {
    addTo(this.#of(resource), sums);
  }

  /** Adds one call. */
  count(resource: string, time: number, refused: boolean, elsewhere: boolean): void {
    const sums = this.#of(resource);
    if (refused) {
      if (elsewhere) sums.elsewhereRefused += 1;
      else sums.homeRefused += 1;
      return;
    }
    if (sums.home + sums.elsewhere === 0) {
      sums.first = time;
      sums.last = time;
    } else if (time < sums.first) sums.first = time;
    else if (time > sums.last) sums.last = time;
    if (elsewhere) sums.elsewhere += 1;
    else sums.home += 1;
  }

  /** Adds all of another one. */
  addAll(other: ResourceSums): void {
    if (other.#together) this.join();
    for (const [resource, sums] of other.entries()) this.add(resource, sums);
  }

  /** Sums by resource, in no order; one of the empty text where they are together. */
  entries(): readonly (readonly [string, CallSums])[] {
    if (this.#sums === undefined) return [];
    return [[this.#resource, this.#sums], ...(this.#others ?? [])];
  }

  #of(given: string): MutableSums {
    const resource = this.#together ? '' : given;
    if (this.#sums === undefined) {
      this.#resource = resource;
      this.#sums = noCalls();
      return this.#sums;
    }
    if (this.#resource === resource) return this.#sums;
    this.#others ??= new Map();
    const known = this.#others.get(resource);
    if (known !== undefined) return known;
    if (this.#others.size + 1 === RESOURCE_LIMIT) {
      this.join();
      return this.#sums;
    }
    const sums = noCalls();
    this.#others.set(resource, sums);
    return sums;
  }

  /** Makes one of all resources, as where there are more than are told apart. */
  join(): void {
    this.#together = true;
    this.#resource = '';
    if (this.#sums === undefined) return;
    for (const sums of this.#others?.values() ?? []) addTo(this.#sums, sums);
    this.#others = undefined;
  }
}

function noCalls(): MutableSums {
  return { home: 0, homeRefused: 0, elsewhere: 0, elsewhereRefused: 0, first: 0, last: 0 };
}

function addTo(sums: MutableSums, more: CallSums): void {
  if (more.home + more.elsewhere > 0) {
    const none = sums.home + sums.elsewhere === 0;
    sums.first = none ? more.first : Math.min(sums.first, more.first);
    sums.last = none ? more.last : Math.max(sums.last, more.last);
  }
  sums.home += more.home;
  sums.homeRefused += more.homeRefused;
  sums.elsewhere += more.elsewhere;
  sums.elsewhereRefused += more.elsewhereRefused;
}
