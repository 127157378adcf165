import type { MessagePort } from 'node:worker_threads';

import type { ServiceCatalogue } from '../hot/catalogue.ts';
import type { PackChoice, PackedRows } from '../hot/packed-rows.ts';
import type { HotSumQuestion, RollUpState } from '../rollup/hot-roll-ups.ts';
import type { SegmentInfo } from '../segment/segment-info.ts';
import type { Candidate } from './candidate.ts';
import type { SearchPlan } from './search-plan.ts';
import type { TimeBudget } from './time-budget.ts';

/** What the query worker asks the ingest worker about rows that are still in memory. */
export interface HotQueries {
  candidates(plan: SearchPlan, count: number): Candidate[];
  /** `undefined` when they are more than the choice allows. */
  rows(lows: readonly (readonly [number, number])[], choice?: PackChoice): PackedRows[] | undefined;
  catalogues(): ServiceCatalogue[][];
  rollUps(question: HotSumQuestion): RollUpState;
}

export type HotRequest = {
  [Name in keyof HotQueries]: { readonly id: number; readonly name: Name; readonly args: Parameters<HotQueries[Name]> };
}[keyof HotQueries];

/** From the ingest worker. A segment is announced before its rows leave the memory, so rows are seen at least once. */
export type HotMessage =
  | { readonly type: 'segments'; readonly segments: readonly SegmentInfo[] }
  | { readonly type: 'segment-added'; readonly segment: SegmentInfo }
  | { readonly type: 'segment-removed'; readonly number: number }
  | { readonly type: 'answer'; readonly id: number; readonly value: unknown }
  | { readonly type: 'failure'; readonly id: number; readonly message: string };

/** The other end of the ingest worker's port. Survives the ingest worker: requests wait for its successor. */
export class HotClient {
  readonly #onMessage: (message: Exclude<HotMessage, { id: number }>) => void;
  readonly #open = new Map<
    number,
    { request: HotRequest; resolve: (value: never) => void; reject: (error: Error) => void }
  >();
  #port: MessagePort | undefined;
  #lastId = 0;

  constructor(onMessage: (message: Exclude<HotMessage, { id: number }>) => void) {
    this.#onMessage = onMessage;
  }

  /** Takes the port of a (new) ingest worker and asks it everything that is still open. */
  connect(port: MessagePort): void {
    this.#port?.close();
    this.#port = port;
    port.on('message', (message: HotMessage) => this.#receive(message));
    for (const { request } of this.#open.values()) port.postMessage(request);
  }

  close(): void {
    this.#port?.close();
  }

  /**
   * Waits while there is no ingest worker, and while one replays, as long as `budget` lasts.
   *
   * @throws {OutOfTime} when the budget ends first.
   */
  async ask<Name extends keyof HotQueries>(
    budget: TimeBudget,
    name: Name,
    ...args: Parameters<HotQueries[Name]>
  ): Promise<ReturnType<HotQueries[Name]>> {
    const request = { id: ++this.#lastId, name, args } as HotRequest;
    const work = new Promise<ReturnType<HotQueries[Name]>>((resolve, reject) => {
      this.#open.set(request.id, { request, resolve, reject });
      this.#port?.postMessage(request);
    });
    try {
      return await budget.race(work);
    } finally {
      this.#open.delete(request.id);
    }
  }

  #receive(message: HotMessage): void {
    if (message.type !== 'answer' && message.type !== 'failure') return this.#onMessage(message);
    const open = this.#open.get(message.id);
    if (message.type === 'answer') open?.resolve(message.value as never);
    else open?.reject(new Error(message.message));
  }
}
