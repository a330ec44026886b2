/** Bytes of the largest set: ids of some 28 million events. */
const MAX_BYTES = 256 * 1024 * 1024;

/** Two words of 32 bits a slot. */
const SLOT_BYTES = 8;

/** Beyond this share of taken slots a look-up takes too long. */
const FULLEST = 0.85;

/** A thread that claimed a slot writes its second word at once; who waits longer than this waits for a thread that died. */
const MAX_SPINS = 1_000_000;

/**
 * Ids of events that were there before, shared by threads: an open-addressing table of 64-bit hashes in shared memory.
 * Of equal ids exactly one thread is told that its own is new. Two different ids of one hash are one in some 10¹⁹ pairs.
 */
export class EventIdSet {
  /** To give to another thread. */
  readonly shared: SharedArrayBuffer;
  readonly #words: Int32Array;
  readonly #mask: number;
  readonly #most: number;

  /** `shared`: the {@link shared} of the set of another thread, or {@link eventIdMemory}. */
  constructor(shared: SharedArrayBuffer) {
    this.shared = shared;
    this.#words = new Int32Array(shared);
    const slots = (shared.byteLength - SLOT_BYTES) / SLOT_BYTES;
    this.#mask = slots - 1;
    this.#most = Math.floor(slots * FULLEST);
  }

  /** True once ids are no longer told apart: see {@link add}. */
  get isFull(): boolean {
    return Atomics.load(this.#words, 1) !== 0;
  }

  /** Adds an id. False where it was there before; always true once the set is full. */
  add(id: string): boolean {
    const words = this.#words;
    if (Atomics.load(words, 0) >= this.#most) {
      Atomics.store(words, 1, 1);
      return true;
    }
    let low = 0x9e3779b9;
    let high = 0x41c6ce57;
    for (let index = 0; index < id.length; index += 1) {
      const code = id.charCodeAt(index);
      low = Math.imul(low ^ code, 0x85ebca77);
      high = Math.imul(high ^ code, 0xc2b2ae3d);
    }
    low = mixed(low ^ (high >>> 15), 0x735a2d97);
    high = mixed(high ^ (low >>> 15), 0xcaf649a9);
    // Zero is an empty word.
    if (low === 0) low = 1;
    if (high === 0) high = 1;
    for (let slot = (low ^ (high >>> 7)) & this.#mask; ; slot = (slot + 1) & this.#mask) {
      const at = 2 + slot * 2;
      const taken = Atomics.compareExchange(words, at, 0, low);
      if (taken === 0) {
        Atomics.store(words, at + 1, high);
        Atomics.add(words, 0, 1);
        return true;
      }
      if (taken !== low) continue;
      let other = Atomics.load(words, at + 1);
      for (let spins = 0; other === 0 && spins < MAX_SPINS; spins += 1) other = Atomics.load(words, at + 1);
      if (other === high) return false;
    }
  }
}

/** Memory for a set of about `events` ids, at most 256 MiB. */
export function eventIdMemory(events: number): SharedArrayBuffer {
  let slots = 1024;
  while (slots < events * 2 && slots * SLOT_BYTES < MAX_BYTES) slots *= 2;
  return new SharedArrayBuffer((slots + 1) * SLOT_BYTES);
}

function mixed(word: number, factor: number): number {
  const half = Math.imul(word ^ (word >>> 16), factor);
  return half ^ (half >>> 13);
}
