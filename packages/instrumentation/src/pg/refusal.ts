import type { DatabaseRefusal } from '../protocol/database.ts';

/**
 * What the server has said of an error: `pg` names all of these `error`. They alone have a severity; errors of sockets have a code
 * too, and that of `EPIPE` looks like a SQLSTATE.
 */
export function refusalOf(error: unknown): DatabaseRefusal | undefined {
  try {
    const { severity, code } = error as { severity?: unknown; code?: unknown };
    if (typeof severity !== 'string' || typeof code !== 'string') return undefined;
    return { statusCode: code, kind: 'DatabaseError' };
  } catch {
    // A proxy, or a getter, that throws.
    return undefined;
  }
}
