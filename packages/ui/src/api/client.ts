import type {
  CollectorAnswer,
  ErrorAnswer,
  OperationsAnswer,
  ServicesAnswer,
  TagKeysAnswer,
  TraceColumns,
} from '@spanwise/wire/query';
import { reportConnection } from './connection.ts';

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

/** Traces of more spans come as an outline first. */
const mostWholeSpans = 5000;

/** A trace as it comes: whole as `TraceColumns`, or a response with the bytes of a `TraceOutline`, which are still to be read. */
export type FetchedTrace = { readonly columns: TraceColumns } | { readonly outline: Response };

export function fetchTrace(traceId: string, signal: AbortSignal): Promise<FetchedTrace> {
  return reach(traceAddress(traceId, `mostSpans=${mostWholeSpans}`), signal, async (response) => {
    const isWhole = response.headers.get('content-type')?.startsWith('application/json');
    return isWhole ? { columns: await response.json() } : { outline: response };
  });
}

/** The spans of a trace that start in the range, both ends included. */
export function fetchSpans(
  traceId: string,
  { startMicros, endMicros }: { readonly startMicros: number; readonly endMicros: number },
  signal: AbortSignal,
): Promise<TraceColumns> {
  return reach<TraceColumns>(
    traceAddress(traceId, `startMicros=${startMicros}&endMicros=${endMicros}`),
    signal,
    readJson,
  );
}

function traceAddress(traceId: string, parameters: string): string {
  return `${base}traces/${encodeURIComponent(traceId)}?${parameters}`;
}

export function fetchCollector(signal: AbortSignal): Promise<CollectorAnswer> {
  return get('collector', signal);
}

/** The HTML file without a trace that `traceFile` fills. */
export function fetchTraceFileTemplate(signal: AbortSignal): Promise<string> {
  return reach('/trace-file.html', signal, (response) => response.text());
}

/** Asks for one answer of the API by its path and query. */
export function get<T>(path: string, signal: AbortSignal): Promise<T> {
  return reach<T>(base + path, signal, readJson);
}

function readJson<T>(response: Response): Promise<T> {
  return response.json() as Promise<T>;
}

/** Asks, and reads the answer: a collector may as well be gone in the middle of it. */
async function reach<T>(address: string, signal: AbortSignal, read: (response: Response) => Promise<T>): Promise<T> {
  try {
    const response = await fetch(address, { signal, headers: { accept: 'application/json' } });
    if (response.status === 502 || response.status === 504) throw new UnreachableError(response.statusText);
    if (!response.ok) throw await refusal(response);
    const answer = await read(response);
    reportConnection('up');
    return answer;
  } catch (error) {
    if (signal.aborted) throw error;
    // What came as a whole and is no JSON will be none the next time.
    const isAnswered = error instanceof RefusedError || error instanceof SyntaxError;
    reportConnection(isAnswered ? 'up' : 'gone');
    throw isAnswered || error instanceof UnreachableError ? error : new UnreachableError(error);
  }
}

async function refusal(response: Response): Promise<RefusedError> {
  const body = parsed(await response.text());
  const error = isErrorAnswer(body)
    ? body.error
    : { code: 'unknown', message: `${response.status} ${response.statusText}` };
  return new RefusedError(response.status, error.code, error.message, 'hint' in error ? error.hint : undefined);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isErrorAnswer(body: unknown): body is ErrorAnswer {
  const error: unknown = typeof body === 'object' && body !== null && 'error' in body ? body.error : undefined;
  return typeof error === 'object' && error !== null && 'message' in error && typeof error.message === 'string';
}
