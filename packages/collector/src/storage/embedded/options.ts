/** Says what the store does on its own; `console`-shaped. */
export interface StoreLogger {
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}

/** How an embedded store is opened. */
export interface EmbeddedStoreOptions {
  /** Created when absent. One process at a time. */
  readonly directory: string;
  /** Segments whose newest span is older are removed. Default seven days. */
  readonly retentionAgeMillis?: number | undefined;
  /** The oldest segments are removed when segments and journal together are larger. Default 10 GiB. */
  readonly retentionBytes?: number | undefined;
  /** Nothing is logged by default. */
  readonly logger?: StoreLogger | undefined;
  /** Milliseconds since the epoch, for retention. Default `Date.now`. */
  readonly now?: (() => number) | undefined;
  /** How long a search may take before it answers with what it has. Default 2,000. */
  readonly searchBudgetMillis?: number | undefined;
  /** Bytes appended and not yet converted beyond which `append` waits, then throws `OverloadedError`. Default 24 MB. */
  readonly backlogBytes?: number | undefined;
  /** How long `append` waits for room in the backlog, 0 for not at all. Default 1,000. */
  readonly backlogWaitMillis?: number | undefined;
  /** Rows of a segment. Default 125,000. */
  readonly segmentRows?: number | undefined;
  /** Rows of a row group, the unit that searches skip. Default 8,192; a segment should have at most 16. */
  readonly rowsPerBlock?: number | undefined;
  /** A segment is also written when its text reaches this size. Default 24 MB. */
  readonly segmentTextBytes?: number | undefined;
  /** Size from which a part of the journal is followed by the next. Default 8 MB. */
  readonly journalPartBytes?: number | undefined;
  /** DuckDB's limit for writing segments, doubled while one does not fit, and again for queries. Default 160. */
  readonly memoryLimitMegabytes?: number | undefined;
  /**
   * The limit for writing is doubled up to here; rows that do not fit then are written as several segments. A limit that
   * is larger from the beginning is not raised. Default 2,048.
   */
  readonly mostMemoryMegabytes?: number | undefined;
  /** Ends an opening that is under way: it rejects with the signal's reason, and nothing stays open. No effect afterwards. */
  readonly signal?: AbortSignal | undefined;
  /** The folder with the built workers. Default: beside this module. For tests that run from source. */
  readonly workerDirectory?: URL | undefined;
}

/** With every default filled in; what the workers are told. */
export interface StoreSettings {
  readonly directory: string;
  readonly retentionAgeMillis: number;
  readonly retentionBytes: number;
  readonly searchBudgetMillis: number;
  readonly backlogBytes: number;
  readonly backlogWaitMillis: number;
  readonly segmentRows: number;
  readonly rowsPerBlock: number;
  readonly segmentTextBytes: number;
  readonly journalPartBytes: number;
  readonly memoryLimitMegabytes: number;
  readonly mostMemoryMegabytes: number;
}

/** @throws {RangeError} when a number is not positive, with its name and value. */
export function settingsOf(options: EmbeddedStoreOptions): StoreSettings {
  return {
    directory: options.directory,
    retentionAgeMillis: positive('retentionAgeMillis', options.retentionAgeMillis ?? 7 * 24 * 3600 * 1000),
    retentionBytes: positive('retentionBytes', options.retentionBytes ?? 10 * 2 ** 30),
    searchBudgetMillis: positive('searchBudgetMillis', options.searchBudgetMillis ?? 2000),
    backlogBytes: positive('backlogBytes', options.backlogBytes ?? 24 * 2 ** 20),
    backlogWaitMillis: notNegative('backlogWaitMillis', options.backlogWaitMillis ?? 1000),
    segmentRows: positive('segmentRows', options.segmentRows ?? 125_000),
    rowsPerBlock: positive('rowsPerBlock', options.rowsPerBlock ?? 8192),
    segmentTextBytes: positive('segmentTextBytes', options.segmentTextBytes ?? 24 * 2 ** 20),
    journalPartBytes: positive('journalPartBytes', options.journalPartBytes ?? 8 * 2 ** 20),
    memoryLimitMegabytes: positive('memoryLimitMegabytes', options.memoryLimitMegabytes ?? 160),
    // Many times what any segment has needed.
    mostMemoryMegabytes: positive('mostMemoryMegabytes', options.mostMemoryMegabytes ?? 2048),
  };
}

function positive(name: string, value: number): number {
  if (value > 0) return value;
  throw new RangeError(`${name} is ${value}; it must be a number above 0`);
}

function notNegative(name: string, value: number): number {
  return value === 0 ? value : positive(name, value);
}
