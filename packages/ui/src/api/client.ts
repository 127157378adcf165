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

export function fetchTrace(traceId: string, signal: AbortSignal): Promise<TraceColumns> {
  return get(`traces/${encodeURIComponent(traceId)}`, signal);
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

/** What a request of the API answers; its path stands after the API's own. */
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
