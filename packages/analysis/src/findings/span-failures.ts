import { SpanStatus } from '@spanwise/wire/span-record';
import type { SpanRecord } from '@spanwise/wire/span-record';
import { numberTag, textOf, textTag } from './tag-of.ts';

const retryableHttp: ReadonlySet<number> = new Set([408, 425, 429]);
/** CANCELLED, UNKNOWN, DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED, ABORTED, INTERNAL, UNAVAILABLE. */
const retryableRpc: ReadonlySet<number> = new Set([1, 2, 4, 8, 10, 13, 14]);

/** Connection exceptions, serialization failures and deadlocks, insufficient resources, cancelled, shut down, lock not available. */
const retryableSql = /^(?:(?:08|40|53)[\dA-Z]{3}|57014|57P0[1-5]|55P03)$/;
/** Not supported, bad data, violated constraints, no rights, mistakes in the statement, violated views. */
const finalSql = /^(?:0A|22|23|28|42|44)[\dA-Z]{3}$/;
/** As databases say it that have no such states. */
const constraintText = /constraint|\bdup(?:licate)?[\s_](?:key|entry)/i;

/**
 * True when the call failed in a way for which callers try again. A client's mistake, such as 404, is none: who asks again
 * after it polls. Nor is what fails again whenever it is tried, such as a row that is there already.
 */
export function mayBeRetried(span: SpanRecord): boolean {
  return retryableByCode(span) ?? (span.status === SpanStatus.error && !constraintText.test(errorText(span)));
}

/** True when the code of the failure, and not only that it failed, is one for which callers try again. */
export function hasRetryableCode(span: SpanRecord): boolean {
  return retryableByCode(span) === true;
}

/** `undefined` where no code tells. Sources: RFC 9110 and 6585, gRPC's status codes, PostgreSQL's appendix A (SQLSTATE). */
function retryableByCode(span: SpanRecord): boolean | undefined {
  const http = numberTag(span, 'httpStatus');
  if (http !== undefined && http > 0) return http >= 500 || retryableHttp.has(http);
  const rpc = numberTag(span, 'rpcStatus');
  if (rpc !== undefined) return retryableRpc.has(rpc);
  if (span.status !== SpanStatus.error) return undefined;
  const states = [span.attributes, ...span.events.map(({ attributes }) => attributes)].flatMap((attributes) => [
    textOf(attributes, 'sqlState'),
    textOf(attributes, 'errorKind'),
  ]);
  if (states.some((state) => finalSql.test(state))) return false;
  return states.some((state) => retryableSql.test(state)) ? true : undefined;
}

/** True when the span was given up because it took too long, as far as its status or error says. */
export function timedOut(span: SpanRecord): boolean {
  if (span.attributes.length === 0 && span.status !== SpanStatus.error) return false;
  const http = numberTag(span, 'httpStatus');
  if (http === 408 || http === 504) return true;
  if (numberTag(span, 'rpcStatus') === 4) return true;
  return span.status === SpanStatus.error && /time[sd]?[\s_-]?out|deadline.?exceeded/i.test(errorText(span));
}

/** True when the database gave up waiting for a lock. */
export function lockTimedOut(span: SpanRecord): boolean {
  return (
    span.status === SpanStatus.error &&
    /deadlock|lock[\s_](?:wait[\s_])?time[sd]?[\s_-]?out|could not obtain lock|lock_not_available/i.test(
      errorText(span),
    )
  );
}

/** Type and message of the error that was recorded, the shortest text that says both; empty when nothing was. */
export function errorText(span: SpanRecord): string {
  for (const event of span.events) {
    if (event.name !== 'exception' && event.name !== 'error') continue;
    const text = joined(textOf(event.attributes, 'errorKind'), textOf(event.attributes, 'errorMessage'));
    if (text !== '') return text;
  }
  return joined(textTag(span, 'errorKind'), span.statusMessage || textTag(span, 'errorMessage'));
}

/** To look for one long text in another may take the product of both. */
const longestKind = 256;

function joined(kind: string, message: string): string {
  if (kind === '' || (kind.length <= longestKind && message.includes(kind))) return message;
  return message === '' ? kind : `${kind}: ${message}`;
}
