import { StorageFailedError } from '../span-store.ts';

/** The error that the contract promises for what the system answered. */
export function storageFailure(what: string, cause: unknown): StorageFailedError {
  const code = errorCode(cause);
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new StorageFailedError(
      `${what}: the disk is full (${code}); free space or lower the retention`,
      'full',
      cause,
    );
  }
  if (code === 'EROFS' || code === 'EACCES' || code === 'EPERM') {
    return new StorageFailedError(`${what}: the directory cannot be written (${code})`, 'read-only', cause);
  }
  return new StorageFailedError(`${what}: ${cause instanceof Error ? cause.message : String(cause)}`, 'failed', cause);
}

/** DuckDB has no codes; its message ends in the system's words. */
export function isDiskFull(error: unknown): boolean {
  const code = errorCode(error);
  if (code === 'ENOSPC' || code === 'EDQUOT') return true;
  return error instanceof Error && /No space left on device|Disk quota exceeded/.test(error.message);
}

export function errorCode(cause: unknown): string | undefined {
  return (cause as NodeJS.ErrnoException | undefined)?.code;
}
