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

/** A trace as it comes: whole as `TraceColumns`, or a response with the bytes of a `TraceOutline`. */
export type FetchedTrace = { readonly columns: TraceColumns } | { readonly outline: Response };

export async function fetchTrace(traceId: string, signal: AbortSignal): Promise<FetchedTrace> {
  const response = await fetchPart(traceId, `mostSpans=${mostWholeSpans}`, signal);
  const isWhole = response.headers.get('content-type')?.startsWith('application/json');
  return isWhole ? { columns: await response.json() } : { outline: response };
}

/** What `GET traces/{traceId}` answers with these parameters. */
export async function fetchPart(traceId: string, parameters: string, signal: AbortSignal): Promise<Response> {
  const response = await reach(`${base}traces/${encodeURIComponent(traceId)}?${parameters}`, signal);
  if (!response.ok) throw await refusal(response);
  return response;
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

/** Asks for one answer of the API by its path and query. */
export async function get<T>(path: string, signal: AbortSignal): Promise<T> {
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
