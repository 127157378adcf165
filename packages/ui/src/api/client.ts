import type {
  CollectorAnswer,
  ErrorAnswer,
  OperationsAnswer,
  ServicesAnswer,
  TagKeysAnswer,
  TraceColumns,
  TraceSearch,
  TraceSearchAnswer,
} from '@spanwise/wire/query';
import { traceOutlineType } from '@spanwise/wire/query';
import { toQueryString } from '../model/traces-search.ts';
import { reportConnection } from './connection.ts';
import { reportProgress } from './progress.ts';

const base = '/api/spanwise/v1/';

/** The collector answered and refused. `message` and `hint` are its own words. */
export class RefusedError extends Error {
  readonly status: number;
  readonly code: string;
  readonly hint: string | undefined;

  constructor(status: number, code: string, message: string, hint: string | undefined) {
    super(message);
    this.name = 'RefusedError';
    this.status = status;
    this.code = code;
    this.hint = hint;
  }
}

/** Nobody answered, or only a proxy did. Asking again makes sense. */
export class UnreachableError extends Error {
  constructor(cause: unknown) {
    super('The collector does not answer', { cause });
    this.name = 'UnreachableError';
  }
}

export function fetchServices(signal: AbortSignal): Promise<ServicesAnswer> {
  return get('services', signal);
}

export function fetchOperations(service: string, signal: AbortSignal): Promise<OperationsAnswer> {
  return get(`operations?service=${encodeURIComponent(service)}`, signal);
}

export function fetchTagKeys(service: string | undefined, signal: AbortSignal): Promise<TagKeysAnswer> {
  return get(service === undefined ? 'tags' : `tags?service=${encodeURIComponent(service)}`, signal);
}

export function fetchTraces(search: TraceSearch, signal: AbortSignal): Promise<TraceSearchAnswer> {
  return get(`traces?${toQueryString(search)}`, signal);
}

/** Traces of more spans come as an outline first. */
const mostWholeSpans = 5000;

/** A trace as it came: whole as `TraceColumns`, or the bytes of a `TraceOutline`. */
export type FetchedTrace = { readonly columns: TraceColumns } | { readonly outline: Uint8Array<ArrayBuffer> };

/** `onOutline` is called when it begins to be an outline. */
export async function fetchTrace(
  traceId: string,
  signal: AbortSignal,
  onOutline: () => void = () => {},
): Promise<FetchedTrace> {
  const path = `traces/${encodeURIComponent(traceId)}?mostSpans=${mostWholeSpans}`;
  const response = await reach(base + path, signal);
  if (!response.ok) throw await refusal(response);
  if (response.headers.get('content-type') !== traceOutlineType) return { columns: await response.json() };
  onOutline();
  return { outline: await readWithProgress(response, signal) };
}

/** The spans of a trace that start in a range. */
export function fetchSpans(
  traceId: string,
  range: { readonly startMicros: number; readonly endMicros: number },
  signal: AbortSignal,
): Promise<TraceColumns> {
  const { startMicros, endMicros } = range;
  return get(`traces/${encodeURIComponent(traceId)}?startMicros=${startMicros}&endMicros=${endMicros}`, signal);
}

/** The body, while what came of it is told to `reportProgress`. */
async function readWithProgress(response: Response, signal: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
  const total = Number(response.headers.get('content-length'));
  const reader = response.body?.getReader();
  if (reader === undefined || !(total > 0)) return new Uint8Array(await response.arrayBuffer());
  const bytes = new Uint8Array(total);
  try {
    for (let length = 0; ;) {
      reportProgress(length / total);
      const { done, value } = await reader.read();
      if (done && length === total) return bytes;
      if (done) throw new Error('the answer ended early');
      bytes.set(value, length);
      length += value.byteLength;
    }
  } catch (error) {
    if (signal.aborted) throw error;
    reportConnection('gone');
    throw new UnreachableError(error);
  } finally {
    reportProgress(undefined);
  }
}

export function fetchCollector(signal: AbortSignal): Promise<CollectorAnswer> {
  return get('collector', signal);
}

/** The HTML file without a trace that `traceFile` fills. */
export async function fetchTraceFileTemplate(signal: AbortSignal): Promise<string> {
  const response = await reach('/trace-file.html', signal);
  if (!response.ok) throw await refusal(response);
  return response.text();
}

async function get<T>(path: string, signal: AbortSignal): Promise<T> {
  const response = await reach(base + path, signal);
  if (!response.ok) throw await refusal(response);
  return (await response.json()) as T;
}

async function reach(address: string, signal: AbortSignal): Promise<Response> {
  try {
    const response = await fetch(address, { signal, headers: { accept: 'application/json' } });
    const gone = response.status === 502 || response.status === 504;
    reportConnection(gone ? 'gone' : 'up');
    if (gone) throw new UnreachableError(response.statusText);
    return response;
  } catch (error) {
    if (signal.aborted || error instanceof UnreachableError) throw error;
    reportConnection('gone');
    throw new UnreachableError(error);
  }
}

async function refusal(response: Response): Promise<RefusedError> {
  const body: unknown = await response.json().catch(() => undefined);
  const error = isErrorAnswer(body)
    ? body.error
    : { code: 'unknown', message: `${response.status} ${response.statusText}` };
  return new RefusedError(response.status, error.code, error.message, 'hint' in error ? error.hint : undefined);
}

function isErrorAnswer(body: unknown): body is ErrorAnswer {
  const error: unknown = typeof body === 'object' && body !== null && 'error' in body ? body.error : undefined;
  return typeof error === 'object' && error !== null && 'message' in error && typeof error.message === 'string';
}
