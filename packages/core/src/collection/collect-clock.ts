/** Time, for polling and for limits of requests in a second. */
export interface CollectClock {
  /** Milliseconds since any moment. */
  milliseconds(): number;
  /** Waits. Throws KeyreachError `cancelled` where the collection was cancelled. */
  sleep(milliseconds: number): Promise<void>;
}
