import { fromTraceColumns } from '@spanwise/wire/query';
import type { ErrorAnswer, TraceColumns, TraceSearchAnswer } from '@spanwise/wire/query';
import { buildTree, printable } from '@spanwise/analysis';
import type { TraceTree } from '@spanwise/analysis';

/** A collector did not answer, or refused. The message says what to do. Status 1. */
export class QueryError extends Error {
  override readonly name = 'QueryError';
  /** What it answered; `undefined` when nothing came, or what makes no sense. */
  readonly status: number | undefined;

  constructor(message: string, status?: number) {
    super(message);
    this.status = status;
  }
}

/** Asks a running collector by its own API. Every method throws a `QueryError` when that does not answer as it should. */
export class CollectorQuery {
  readonly #api: string;
  readonly #url: string;

  /** @param url the page's address */
  constructor(url: string) {
    this.#url = url;
    this.#api = `${url.replace(/\/+$/, '')}/api/spanwise/v1`;
  }

  /** Newest first. */
  search(fields: Readonly<Record<string, string | readonly string[] | undefined>>): Promise<TraceSearchAnswer> {
    const parameters = new URLSearchParams();
    for (const [name, value] of Object.entries(fields)) {
      for (const one of [value ?? []].flat()) parameters.append(name, one);
    }
    return this.#get(`traces?${parameters.toString()}`);
  }

  /** The whole trace. */
  async trace(traceId: string): Promise<TraceTree> {
    return buildTree(fromTraceColumns(await this.#get<TraceColumns>(`traces/${traceId}`)));
  }

  /** The same, `undefined` when it is not there: traces go when they are old enough, after a search has named them too. */
  async traceIfThere(traceId: string): Promise<TraceTree | undefined> {
    try {
      return await this.trace(traceId);
    } catch (error) {
      if (error instanceof QueryError && error.status === 404) return undefined;
      throw error;
    }
  }

  async #get<Answer>(path: string): Promise<Answer> {
    const response = await this.#ask(path);
    const text = await response.text();
    if (!response.ok)
      throw new QueryError(`${this.#url} answered ${response.status}: ${printable(reasonIn(text))}`, response.status);
    try {
      return JSON.parse(text) as Answer;
    } catch {
      throw new QueryError(`${this.#url} does not answer as a collector does; give its page's address with --url`);
    }
  }

  async #ask(path: string): Promise<Response> {
    try {
      return await fetch(`${this.#api}/${path}`);
    } catch (error) {
      const { cause } = error as { cause?: { code?: string } };
      const reason = cause?.code === undefined ? '' : ` (${cause.code})`;
      throw new QueryError(
        `no collector answers at ${this.#url}${reason}; start one with "spanwise", or give its address with --url`,
      );
    }
  }
}

function reasonIn(text: string): string {
  try {
    return (JSON.parse(text) as ErrorAnswer).error.message;
  } catch {
    return text.slice(0, 200);
  }
}
