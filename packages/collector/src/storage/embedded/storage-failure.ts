import { StorageFailedError } from '../span-store.ts';

const codes: Readonly<Record<string, StorageFailedError['reason']>> = {
  ENOSPC: 'full',
  EDQUOT: 'full',
  EROFS: 'read-only',
  EACCES: 'read-only',
  EPERM: 'read-only',
};

/** DuckDB has no codes; its messages end in the system's words. */
const words: readonly (readonly [RegExp, StorageFailedError['reason']])[] = [
  [/No space left on device|Disk quota exceeded/, 'full'],
  [/Read-only file system|Permission denied/, 'read-only'],
];

/** The error that the contract promises for what the system answered. `relief` is what makes room on a full disk. */
export function storageFailure(
  what: string,
  cause: unknown,
  relief = 'free space or lower the retention',
): StorageFailedError {
  const reason = reasonOf(cause);
  const code = errorCode(cause);
  const shown = code === undefined ? '' : ` (${code})`;
  if (reason === 'full') return new StorageFailedError(`${what}: the disk is full${shown}; ${relief}`, reason, cause);
  if (reason === 'read-only') {
    return new StorageFailedError(`${what}: the directory cannot be written${shown}`, reason, cause);
  }
  return new StorageFailedError(`${what}: ${cause instanceof Error ? cause.message : String(cause)}`, reason, cause);
}

function reasonOf(cause: unknown): StorageFailedError['reason'] {
  const code = errorCode(cause);
  if (code !== undefined) return codes[code] ?? 'failed';
  const text = cause instanceof Error ? cause.message : '';
  return words.find(([pattern]) => pattern.test(text))?.[1] ?? 'failed';
}

export function errorCode(cause: unknown): string | undefined {
  return (cause as NodeJS.ErrnoException | undefined)?.code;
}
