import { createHash } from 'node:crypto';
import { closeSync, openSync, statSync, truncateSync, writeSync } from 'node:fs';
import { MessageChannel } from 'node:worker_threads';
import type { MessagePort } from 'node:worker_threads';

import type { SpanRecord } from '@spanwise/wire/span-record';
import { spanRecord } from '@spanwise/wire/span-record';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { ReplayingError } from '../../span-store.ts';
import { searchFor } from '../../span-store.conformance.ts';
import { Generation } from '../hot/generation.ts';
import { hotCandidates } from '../hot/hot-search.ts';
import { packTraces } from '../hot/packed-rows.ts';
import { journalStart } from '../journal/journal-position.ts';
import { temporaryDirectory } from '../opened-store.fixture.ts';
import { parquetPath, sidecarPath } from '../segment/segment-files.ts';
import type { SegmentInfo } from '../segment/segment-info.ts';
import { SegmentWriter } from '../segment/segment-writer.ts';
import type { HotMessage, HotQueries, HotRequest } from './hot-port.ts';
import { HotClient } from './hot-port.ts';
import type { QueryEngineOptions } from './query-engine.ts';
import { QueryEngine } from './query-engine.ts';

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
const noTime = 60_000;

const span = (trace: number, number: number, parts: Partial<SpanRecord> = {}) =>
  spanRecord({ traceId3: trace, spanId1: number, startMicros: trace * 1000 + number, ...parts });

function generationOf(spans: readonly SpanRecord[]): Generation {
  const generation = new Generation(spans.length, 1000, journalStart);
  for (const one of spans) generation.add(one);
  return generation;
}

/** Stands for the ingest worker: rows in memory, and a hand on when it answers. */
class HotSide {
  readonly port: MessagePort;
  readonly #own: MessagePort;
  generations: Generation[] = [];
  /** What it never answers. */
  silentFor: keyof HotQueries | undefined;
  /** Runs before each answer. */
  before: (request: HotRequest) => void = () => {};

  constructor() {
    const { port1, port2 } = new MessageChannel();
    this.port = port1;
    this.#own = port2;
    port2.on('message', (request: HotRequest) => this.#answer(request));
  }

  tell(message: HotMessage): void {
    this.#own.postMessage(message);
  }

  close(): void {
    this.#own.close();
  }

  #answer(request: HotRequest): void {
    this.before(request);
    if (request.name !== this.silentFor) this.tell({ type: 'answer', id: request.id, value: this.#valueOf(request) });
  }

  #valueOf(request: HotRequest): unknown {
    if (request.name === 'candidates') return hotCandidates(this.generations, ...request.args);
    if (request.name === 'rows') return packTraces(this.generations, ...request.args);
    return this.generations.map((one) => one.catalogue().services);
  }
}

describe('QueryEngine', () => {
  let directory: ReturnType<typeof temporaryDirectory>;
  let hotSide: HotSide;
  let hot: HotClient;
  let engine: QueryEngine;

  beforeEach(() => {
    directory = temporaryDirectory();
    hotSide = new HotSide();
    hot = new HotClient((message) => engine.segmentsChanged(message));
    hot.connect(hotSide.port);
    engine = engineWith(noTime);
  });
  afterEach(async () => {
    await engine.close();
    hot.close();
    hotSide.close();
    directory.remove();
  });

  function engineWith(searchBudgetMillis: number, limits: Partial<QueryEngineOptions> = {}): QueryEngine {
    return new QueryEngine(hot, directory.path, { memoryLimitMegabytes: 160, searchBudgetMillis, ...limits });
  }

  async function writeSegment(number: number, spans: readonly SpanRecord[]): Promise<SegmentInfo> {
    const writer = await SegmentWriter.open(directory.path, { usualMegabytes: 160, mostMegabytes: 160 }, turn);
    const [segment] = await writer.write(number, generationOf(spans), { part: number, offset: 0 }, async () => {});
    writer.close();
    if (segment === undefined) throw new Error('there were no spans');
    return segment;
  }

  function largeTrace(count: number): SpanRecord[] {
    const noise = (index: number): string => createHash('sha512').update(String(index)).digest('hex');
    return Array.from({ length: count }, (_, index) => span(1, index + 1, { attributes: ['noise', noise(index)] }));
  }

  it(
    'gives all of a trace in a segment, or an error when a part of the file is damaged',
    { timeout: 30_000 },
    async () => {
      const segment = await writeSegment(1, largeTrace(20_000));
      engine.segmentsChanged({ type: 'segment-added', segment });
      expect(await engine.trace([0, 0, 0, 1])).toHaveLength(20_000);
      const file = parquetPath(directory.path, 1);
      expect(statSync(file).size).toBeGreaterThan(1_400_000);
      const damaged = openSync(file, 'r+');
      writeSync(damaged, Buffer.alloc(200_000, 7), 0, 200_000, 1_050_000);
      closeSync(damaged);
      await expect(engine.trace([0, 0, 0, 1])).rejects.toThrow('segment 1');
      await expect(engine.search(searchFor({}))).rejects.toThrow('segment 1');
    },
  );

  it('fails the question for which DuckDB does not open, and no other', async () => {
    const broken = new QueryEngine(hot, directory.path, {
      memoryLimitMegabytes: Number.NaN,
      searchBudgetMillis: noTime,
    });
    broken.segmentsChanged({ type: 'segment-added', segment: await writeSegment(1, [span(1, 1)]) });
    hotSide.generations = [generationOf([span(2, 1)])];
    const failing = broken.trace([0, 0, 0, 1]);
    const other = broken.trace([0, 0, 0, 2]);
    await expect(failing).rejects.toThrow('set config');
    expect(await other).toHaveLength(1);
    await broken.close();
  });

  it('has not looked further back than what it took and did not test', async () => {
    hotSide.generations = [generationOf([span(3, 1), span(5, 1), span(4, 1)])];
    hotSide.silentFor = 'rows';
    const result = await engineWith(500).search(searchFor({ startMicros: 10, limit: 20 }));
    expect(result).toEqual({ traces: [], complete: false, searchedBackToMicros: 5001 });
  });

  it('gives what it found before the time was up', async () => {
    hotSide.generations = [generationOf(Array.from({ length: 80 }, (_, trace) => span(trace + 1, 1)))];
    let loads = 0;
    hotSide.before = ({ name }) => {
      if (name === 'rows' && ++loads === 2) hotSide.silentFor = 'rows';
    };
    const { traces, ...facts } = await engineWith(1000).search(searchFor({ limit: 60 }));
    expect({ count: traces.length, ...facts }).toEqual({ count: 20, complete: false, searchedBackToMicros: 60_001 });
  });

  it('counts what it found in half of a search’s time, and says how far back that is', async () => {
    hotSide.generations = [generationOf(Array.from({ length: 80 }, (_, trace) => span(trace + 1, 1)))];
    const { limit: _, ...query } = searchFor({ endMicros: 100_000 });
    expect(await engineWith(noTime).tracesOverview(query)).toMatchObject({ traceCount: 80, complete: true });
    let loads = 0;
    hotSide.before = ({ name }) => {
      if (name === 'rows' && ++loads === 2) hotSide.silentFor = 'rows';
    };
    const overview = await engineWith(1000).tracesOverview(query);
    expect(overview).toMatchObject({ traceCount: 20, complete: false, searchedBackToMicros: 60_001 });
    expect(overview.cells.counts.reduce((sum, count) => sum + count, 0)).toBe(20);
  });

  it.each(['memory', 'a segment'])('loads no more spans together than it may hold, from %s', async (where) => {
    const spans = Array.from({ length: 60 }, (_, trace) =>
      Array.from({ length: 30 }, (__, number) => span(trace + 1, number + 1)),
    ).flat();
    if (where === 'memory') hotSide.generations = [generationOf(spans)];
    const loads: number[] = [];
    hotSide.before = ({ name, args }) => {
      if (name === 'rows') loads.push(args[0].length);
    };
    const search = searchFor({ limit: 60 });
    const bounded = engineWith(noTime, { mostSpansTogether: 100 });
    if (where !== 'memory') bounded.segmentsChanged({ type: 'segments', segments: [await writeSegment(1, spans)] });
    const result = await bounded.search(search);
    expect(result.traces.map(({ spanCount }) => spanCount)).toEqual(Array.from({ length: 60 }, () => 30));
    expect(loads.slice(0, 4)).toEqual([20, 10, 5, 3]);
    expect(Math.max(...loads.slice(3))).toBe(3);
    await bounded.close();
  });

  it('ends when its answer is full and says how far back it looked', async () => {
    hotSide.generations = [generationOf([1, 2, 3].map((trace) => span(trace, 1)))];
    const { traces, ...extent } = await engine.encodeSearch(searchFor({}), 'columns');
    expect(extent).toEqual({ complete: true, searchedBackToMicros: 0 });
    // All three and the list around them; one of them is a byte too much.
    const bytes = traces.length - '[,,]'.length;
    const full = async (mostAnswerBytes: number) => {
      const answer = await engineWith(noTime, { mostAnswerBytes }).encodeSearch(searchFor({}), 'columns');
      const found = JSON.parse(new TextDecoder().decode(answer.traces)) as unknown[];
      return { ...answer, traces: found.length };
    };
    expect(await full(bytes)).toEqual({ traces: 3, complete: true, searchedBackToMicros: 0 });
    expect(await full(bytes - 1)).toEqual({ traces: 2, complete: false, searchedBackToMicros: 3001 });
    expect(await full(1)).toEqual({ traces: 1, complete: false, searchedBackToMicros: 3001 });
    expect(await engineWith(noTime, { mostAnswerBytes: 1 }).search(searchFor({}))).toMatchObject({ complete: true });
  });

  it('looks at no segment outside its time range to compare its plans', async () => {
    const segments = [await writeSegment(1, [span(1, 1)]), await writeSegment(2, [span(2, 1)])];
    engine.segmentsChanged({ type: 'segments', segments });
    truncateSync(sidecarPath(directory.path, 1), 0);
    const search = searchFor({ tags: [{ key: 'k' }, { key: 'l' }], match: 'trace', startMicros: 2001 });
    expect(await engine.search(search)).toMatchObject({ traces: [], complete: true });
    await expect(engine.search({ ...search, startMicros: 1001 })).rejects.toThrow('cut short');
  });

  it('tells who asks for a trace or names that the ingest worker replays, and answers once it is done', async () => {
    hotSide.generations = [generationOf([span(1, 1)])];
    const impatient = engineWith(30);
    hotSide.silentFor = 'rows';
    await expect(impatient.trace([0, 0, 0, 1])).rejects.toThrow(ReplayingError);
    await expect(impatient.encodeTrace([0, 0, 0, 1], 'columns')).rejects.toThrow(ReplayingError);
    hotSide.silentFor = 'catalogues';
    await expect(impatient.catalogue()).rejects.toThrow(ReplayingError);
    hotSide.silentFor = undefined;
    expect(await engine.trace([0, 0, 0, 1])).toHaveLength(1);
    expect(await engine.catalogue()).toHaveLength(1);
  });

  it.each(['candidates', 'rows'] as const)('ends with its time while the ingest worker gives no %s', async (name) => {
    hotSide.generations = [generationOf([span(1, 1)])];
    hotSide.silentFor = name;
    expect(await engineWith(30).search(searchFor({}))).toMatchObject({ traces: [], complete: false });
  });

  it('ends with its time while there is no ingest worker', async () => {
    const alone = new QueryEngine(new HotClient(() => {}), directory.path, {
      memoryLimitMegabytes: 64,
      searchBudgetMillis: 30,
    });
    const result = await alone.search(searchFor({}));
    expect(result).toEqual({ traces: [], complete: false, searchedBackToMicros: searchFor({}).endMicros });
    await alone.close();
  });

  it('finds rows that became a segment between its two looks into memory', async () => {
    // More traces than the first answer holds; those that do not match in the end make it ask for all.
    const older = Array.from({ length: 100 }, (_, trace) =>
      span(trace + 1, 1, { attributes: trace < 10 ? ['k', 'v', 'l', 'w'] : ['k', 'v'] }),
    );
    const segment = await writeSegment(1, older);
    hotSide.generations = [generationOf(older)];
    let looks = 0;
    hotSide.before = ({ name }) => {
      if (name !== 'candidates' || ++looks !== 2) return;
      hotSide.tell({ type: 'segment-added', segment });
      hotSide.generations = [generationOf([span(200, 1)])];
    };
    const tags = [{ key: 'k' }, { key: 'l' }];
    const search = searchFor({ tags, match: 'trace', limit: 20 });
    const { traces, complete } = await engine.search(search);
    expect({ looks, found: traces.length, complete }).toEqual({ looks: 2, found: 10, complete: true });
  });
});
