import { fromTraceColumns } from '@spanwise/wire/query';
import type { ErrorAnswer, TraceColumns, TraceSearchAnswer } from '@spanwise/wire/query';
import { buildTree } from '@spanwise/analysis';
import type { TraceTree } from '@spanwise/analysis';

/** A collector did not answer, or refused. The message says what to do. Status 1. */
export class QueryError extends Error {
  override readonly name = 'QueryError';
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

  async #get<Answer>(path: string): Promise<Answer> {
    const response = await this.#ask(path);
    const text = await response.text();
    if (!response.ok) throw new QueryError(`${this.#url} answered ${response.status}: ${reasonIn(text)}`);
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
