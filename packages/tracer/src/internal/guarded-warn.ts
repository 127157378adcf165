import type { Logger } from '../logger.ts';
import { onRejection } from './on-rejection.ts';

/**
 * The one way to the application's logger: a logger that throws or rejects, and a message that cannot be made, are
 * ignored. Nothing could be said about them, and tracing never breaks the application.
 */
export function guardedWarn(logger: Logger, message: () => string): void {
  try {
    onRejection(logger.warn(message()), () => {});
  } catch {
    // As above.
  }
}
