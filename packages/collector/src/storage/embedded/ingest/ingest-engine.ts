import { rmSync, truncateSync } from 'node:fs';
import type { MessagePort } from 'node:worker_threads';
import type { SpanRecord } from '@spanwise/wire/span-record';

import { Generation } from '../hot/generation.ts';
import { hotCandidates } from '../hot/hot-search.ts';
import { buffersOf, packTraces } from '../hot/packed-rows.ts';
import type { PackedRows } from '../hot/packed-rows.ts';
import type { JournalFrame } from '../journal/journal-reader.ts';
import { JournalReader } from '../journal/journal-reader.ts';
import { listParts, partPath } from '../journal/journal-parts.ts';
import type { JournalPosition } from '../journal/journal-position.ts';
import { comparePositions } from '../journal/journal-position.ts';
import type { StoreSettings } from '../options.ts';
import { HotRollUps } from '../rollup/hot-roll-ups.ts';
import { RollUpFiles } from '../rollup/roll-up-files.ts';
import { RollUpKeeper } from '../rollup/roll-up-keeper.ts';
import { errorCode, storageFailure } from '../storage-failure.ts';
import type { HotMessage, HotQueries, HotRequest } from '../search/hot-port.ts';
import type { StoreLayout } from '../segment/segment-files.ts';
import { layoutOf, parquetPath, recoverSegments, sidecarPath } from '../segment/segment-files.ts';
import type { SegmentInfo } from '../segment/segment-info.ts';
import type { SegmentWriter } from '../segment/segment-writer.ts';
import { addBody } from './add-body.ts';
import { coveredUpTo, noteCheckpoint, readCheckpoint } from './checkpoint.ts';
import type { IngestEvent, IngestStart } from './ingest-messages.ts';
import { Obstacles } from './obstacles.ts';
import { Progress } from './progress.ts';
import { quarantine, quarantineUnreadable } from './quarantine.ts';
import { expiredSegments } from './retention.ts';
import { readSegments } from './read-segments.ts';

/** Rows in memory become a segment after this long, however few they are. */
const longestHotMicros = 3600e6;
const retryMillis = 2000;
const interruptEveryMillis = 20;
/** Other work gets its turn after so much conversion. */
const sliceMillis = 5;

/** A generation that takes no more rows, on its way to a segment. */
interface Sealed {
  readonly generation: Generation;
  readonly to: JournalPosition;
}

/** Reads the journal, converts it, writes segments, removes them. Lives in the ingest worker. */
export class IngestEngine implements HotQueries {
  readonly #settings: StoreSettings;
  readonly #layout: StoreLayout;
  readonly #progress: Progress;
  readonly #emit: (event: IngestEvent) => void;
  readonly #reader: JournalReader;
  readonly #segments: Map<number, SegmentInfo>;
  readonly #rollUps: RollUpFiles;
  readonly #hotRollUps = new HotRollUps();
  readonly #rollUpKeeper: RollUpKeeper;
  readonly #poison: JournalPosition | undefined;
  readonly #replayEnd: JournalPosition;
  readonly #isBeingWritten: boolean;
  /** What was noted where no segment tells it. */
  #checkpoint: JournalPosition | undefined;
  #position: JournalPosition;
  #durable: JournalPosition;
  #active: Generation;
  #activeSinceMicros: number | undefined;
  #sealed: Sealed | undefined;
  /** The generation written last: its memory serves again. */
  #spent: Generation | undefined;
  #building: Promise<void> = Promise.resolve();
  /** Settles when what is being built is a segment, or could not become one at the first attempt. */
  #tried: Promise<void> = Promise.resolve();
  readonly #obstacles: Obstacles;
  #nextSegment: number;
  #port: MessagePort | undefined;
  #closing = false;
  #wake: () => void = () => {};
  readonly #replayed: Promise<void>;
  #writer: Promise<SegmentWriter> | undefined;
  #finishReplay: () => void = () => {};

  constructor(start: IngestStart, emit: (event: IngestEvent) => void) {
    this.#settings = start.settings;
    this.#layout = layoutOf(start.settings.directory);
    this.#progress = new Progress(start.progress);
    this.#emit = emit;
    this.#obstacles = new Obstacles(emit);
    // What the worker before met may be gone; what is not, is met again.
    emit({ type: 'obstacle', failure: undefined });
    this.#reader = new JournalReader(this.#layout.journal);
    const numbers = recoverSegments(this.#layout.segments);
    const segments = readSegments(this.#layout, numbers, (message) => {
      this.#progress.add('damagedSegments', 1);
      this.#log('error', message);
    });
    this.#segments = new Map(segments.map((segment) => [segment.number, segment]));
    this.#rollUps = new RollUpFiles(this.#layout.segments, (message) => this.#log('warn', message));
    this.#rollUps.recover(segments);
    this.#rollUpKeeper = new RollUpKeeper({
      directory: this.#layout.segments,
      files: this.#rollUps,
      segments: () => [...this.#segments.values()],
      memoryLimitMegabytes: start.settings.memoryLimitMegabytes,
      log: (message) => this.#log('warn', message),
    });
    this.#nextSegment = (numbers.at(-1) ?? 0) + 1;
    this.#checkpoint = readCheckpoint(this.#layout.checkpoint, (message) => this.#log('error', message));
    this.#position = coveredUpTo(segments, this.#checkpoint);
    this.#poison = start.poison;
    this.#durable = start.durable;
    this.#replayEnd = start.durable;
    this.#isBeingWritten = start.isBeingWritten;
    this.#active = this.#newGeneration();
    this.#replayed = new Promise((resolve) => {
      this.#finishReplay = resolve;
    });
    this.#dropCoveredParts(this.#position);
    this.#publishSegments();
  }

  /** Converts what is durable until `close`. */
  async run(): Promise<void> {
    let sliceEnd = performance.now() + sliceMillis;
    let ready = false;
    while (!this.#closing) {
      if (!ready && comparePositions(this.#position, this.#replayEnd) >= 0) {
        ready = true;
        this.#finishReplay();
        this.#emit({ type: 'ready', position: this.#position });
      }
      if (this.#isFull() && !this.#isHindered()) await this.#seal();
      else if (comparePositions(this.#position, this.#durable) >= 0) await this.#untilWoken();
      else await this.#convertNextOrWait();
      if (performance.now() < sliceEnd) continue;
      this.#publishPosition();
      await turn();
      sliceEnd = performance.now() + sliceMillis;
    }
  }

  durableUpTo(end: JournalPosition): void {
    this.#durable = end;
    this.#wake();
  }

  /** Takes the query worker's port, instead of that of an earlier query worker. */
  connect(port: MessagePort): void {
    this.#port?.close();
    this.#port = port;
    this.#tell({ type: 'segments', segments: [...this.#segments.values()] });
    // Until the replay is over, spans that queries have seen before would be missing. Answered where it was asked: another
    // query worker numbers its questions from 1 again.
    port.on('message', (request: HotRequest) => {
      void this.#replayed.then(() => this.#answer(port, request));
    });
  }

  async close(): Promise<void> {
    this.#closing = true;
    this.#wake();
    // One that could not be opened has been reported.
    const writer = await this.#writer?.catch(() => undefined);
    await this.#stopBuilding(writer);
    this.#reader.close();
    writer?.close();
    this.#port?.close();
  }

  /** A segment may take seconds, and its rows are in the journal: whoever closes does not wait for it. */
  async #stopBuilding(writer: SegmentWriter | undefined): Promise<void> {
    await this.#rollUpKeeper.stop();
    const timer = setInterval(() => writer?.interrupt(), interruptEveryMillis);
    await this.#building;
    clearInterval(timer);
  }

  /** Another process has the directory: nothing is written or removed any more. What is known is still answered. */
  async stopWriting(): Promise<void> {
    this.#closing = true;
    this.#wake();
    await this.#stopBuilding(await this.#writer?.catch(() => undefined));
  }

  async retain(nowMicros: number): Promise<void> {
    try {
      if (!this.#closing) await this.#removeExpired(nowMicros);
      this.#rollUpKeeper.wake(nowMicros);
    } catch (error) {
      this.#log('error', `retention failed: ${describe(error)}; it is tried again`);
    }
    this.#emit({ type: 'retained' });
  }

  candidates(...[plan, count]: Parameters<HotQueries['candidates']>): ReturnType<HotQueries['candidates']> {
    return hotCandidates(this.#generations(), plan, count);
  }

  rows(...[lows, choice]: Parameters<HotQueries['rows']>): ReturnType<HotQueries['rows']> {
    return packTraces(this.#generations(), lows, choice);
  }

  catalogues(): ReturnType<HotQueries['catalogues']> {
    return this.#generations().map((generation) => [...generation.catalogue().services]);
  }

  rollUps(...[question]: Parameters<HotQueries['rollUps']>): ReturnType<HotQueries['rollUps']> {
    const segments = [...this.#segments.values()];
    return {
      hot: this.#hotRollUps.of(this.#generations(), question),
      files: this.#rollUps.list(),
      missing: this.#rollUps.missing(segments).map(({ number }) => number),
      newestSegment: segments.reduce((newest, { number }) => Math.max(newest, number), 0),
    };
  }

  /** Oldest first. */
  #generations(): Generation[] {
    return this.#sealed === undefined ? [this.#active] : [this.#sealed.generation, this.#active];
  }

  #answer(port: MessagePort, request: HotRequest): void {
    const answer = this.#answerTo(request);
    const isRows = request.name === 'rows' && answer.type === 'answer';
    port.postMessage(answer, isRows ? buffersOf((answer.value as PackedRows[] | undefined) ?? []) : []);
  }

  #answerTo(request: HotRequest): HotMessage {
    try {
      // The compiler cannot see that name and arguments belong together.
      const ask = this[request.name] as (...args: unknown[]) => unknown;
      return { type: 'answer', id: request.id, value: ask.apply(this, request.args) };
    } catch (error) {
      return { type: 'failure', id: request.id, message: describe(error) };
    }
  }

  /**
   * What the system refuses to read now may be readable later, and nothing behind it is skipped: for acknowledged spans
   * it is a person who gives up, not this.
   */
  async #convertNextOrWait(): Promise<void> {
    const { part, offset } = this.#position;
    try {
      this.#convertNext();
      this.#obstacles.overcome('reading');
    } catch (error) {
      if (errorCode(error) === undefined) throw error;
      this.#reader.close();
      const file = partPath(this.#layout.journal, part);
      const failure = storageFailure(`cannot read ${file} at ${offset}`, error);
      const advice = 'mend the disk, or stop the collector and move the file away to give up what is in it';
      this.#obstacles.meet('reading', failure, `it is tried again; ${advice}`);
      this.#publishPosition();
      await this.#pauseBeforeRetry();
    }
  }

  #convertNext(): void {
    const at = this.#position;
    const result = this.#reader.read(at, this.#durable);
    if (result.kind === 'frame') this.#convert(result.frame);
    else if (result.kind === 'end') this.#position = this.#afterPart(at.part);
    else this.#skipUnreadable(at, result.bytes, result.next);
  }

  #convert(frame: JournalFrame): void {
    if (this.#poison !== undefined && comparePositions(frame.at, this.#poison) === 0) {
      this.#quarantine(frame, new Error('the worker ended twice while it was converted'));
    } else {
      try {
        this.#progress.reading = frame.at;
        this.#progress.add('convertedSpans', addBody(this.#active, frame.format, frame.body));
      } catch (error) {
        this.#quarantine(frame, error);
      } finally {
        this.#progress.reading = undefined;
      }
    }
    if (comparePositions(frame.at, this.#replayEnd) < 0) this.#progress.add('replayedBodies', 1);
    this.#position = frame.next;
    this.#progress.set('hotSpans', this.#hotSpans());
  }

  #quarantine(frame: JournalFrame, cause: unknown): void {
    const outcome = quarantine(this.#layout.quarantine, frame.at, frame.format, frame.body);
    this.#progress.add('quarantinedBodies', 1);
    this.#log('error', `an acknowledged body cannot be converted (${describe(cause)}); ${outcome.text}`);
  }

  /** The encoder is loaded with the first such span: nearly no process has any. */
  async #quarantineSpan(span: SpanRecord): Promise<void> {
    const { quarantineSpan } = await import('./quarantine-span.ts');
    const outcome = quarantineSpan(this.#layout.quarantine, span);
    this.#progress.add('quarantinedSpans', 1);
    this.#log('error', `an acknowledged span is too large for any segment; ${outcome.text}`);
  }

  /** Goes on with the next frame. Only what ends the newest part of an earlier process can be a write that was cut short. */
  #skipUnreadable(at: JournalPosition, bytes: Uint8Array, next: JournalPosition | undefined): void {
    const torn =
      next === undefined && !this.#isBeingWritten && at.part === this.#replayEnd.part && at.part === this.#lastPart();
    this.#progress.add(torn ? 'tornFrames' : 'damagedFrames', 1);
    const outcome = bytes.every((byte) => byte === 0)
      ? { kept: true, text: 'all of them zero' }
      : quarantineUnreadable(this.#layout.quarantine, at, bytes);
    const where = `${bytes.length} bytes of part ${at.part} of the journal at ${at.offset}`;
    if (torn)
      this.#log(
        'warn',
        `${where} end the journal and are no whole body, as a write that was cut short leaves them; ${outcome.text}`,
      );
    else this.#log('error', `${where} are damaged, acknowledged bodies may be lost; ${outcome.text}`);
    if (torn && outcome.kept) this.#cutTail(at);
    this.#position = next ?? this.#afterPart(at.part);
  }

  #afterPart(part: number): JournalPosition {
    const next = this.#reader.nextPart(part);
    return next === undefined || next.part > this.#durable.part ? this.#durable : next;
  }

  #lastPart(): number {
    return listParts(this.#layout.journal).at(-1)?.number ?? 0;
  }

  /** So that the next start does not count it again. What cannot be cut is skipped again. */
  #cutTail({ part, offset }: JournalPosition): void {
    try {
      truncateSync(partPath(this.#layout.journal, part), offset);
    } catch (error) {
      this.#log('warn', `cannot cut off the torn end of part ${part}: ${describe(error)}`);
    }
  }

  #isFull(): boolean {
    return (
      this.#active.rows >= this.#settings.segmentRows || this.#active.arena.length >= this.#settings.segmentTextBytes
    );
  }

  /**
   * While a segment cannot be written, the store takes no more, and what it has acknowledged is converted into a generation
   * that grows beyond its size: what was acknowledged is found, whatever the disk does.
   */
  #isHindered(): boolean {
    return this.#sealed !== undefined && this.#obstacles.has('writing');
  }

  /** Waits for the generation before to become a segment: there are never more than two in memory. */
  async #seal(): Promise<void> {
    this.#publishPosition();
    await this.#tried;
    if (this.#closing || this.#active.rows === 0 || this.#sealed !== undefined) return;
    this.#sealed = { generation: this.#active, to: this.#position };
    this.#active = this.#newGeneration();
    this.#activeSinceMicros = undefined;
    const sealed = this.#sealed;
    this.#tried = new Promise((resolve) => {
      this.#building = this.#build(sealed, resolve).finally(resolve);
    });
  }

  async #build({ generation, to }: Sealed, onFirstFailure: () => void): Promise<void> {
    while (!this.#closing) {
      try {
        const writer = await this.#openWriter();
        const keepTooLarge = (span: SpanRecord): Promise<void> => this.#quarantineSpan(span);
        const segments = await writer.write(this.#nextSegment, generation, to, keepTooLarge);
        // Without a segment nothing else says that the journal is converted up to `to`.
        if (segments.length === 0) this.#noteCheckpoint(to);
        this.#install(segments, to);
        return;
      } catch (error) {
        if (this.#closing) return;
        const failure = storageFailure('cannot write a segment', error);
        this.#obstacles.meet('writing', failure, 'it is tried again, the journal keeps the spans');
        onFirstFailure();
        await this.#pauseBeforeRetry();
      }
    }
  }

  /** With the first segment: a store that has none starts without DuckDB. */
  #openWriter(): Promise<SegmentWriter> {
    const open = async (): Promise<SegmentWriter> => {
      const { SegmentWriter } = await import('../segment/segment-writer.ts');
      const { memoryLimitMegabytes: usualMegabytes, mostMemoryMegabytes: mostMegabytes } = this.#settings;
      const pause = async (): Promise<void> => {
        await turn();
        if (this.#closing) throw new Error('the store is being closed');
      };
      return SegmentWriter.open(this.#layout.segments, { usualMegabytes, mostMegabytes }, pause);
    };
    this.#writer ??= open().catch((error: unknown) => {
      this.#writer = undefined;
      throw error;
    });
    return this.#writer;
  }

  /** They are in place. Nothing here throws: what is in place must not be written again. */
  #install(segments: readonly SegmentInfo[], to: JournalPosition): void {
    if (segments.length > 1)
      this.#log('warn', `rows that did not fit into memory together became ${segments.length} segments`);
    for (const segment of segments) {
      this.#nextSegment = segment.number + 1;
      this.#segments.set(segment.number, segment);
      this.#rollUps.addSegment(segment);
      this.#tell({ type: 'segment-added', segment });
    }
    this.#spent = this.#sealed?.generation;
    this.#sealed = undefined;
    this.#obstacles.overcome('writing');
    this.#wake();
    this.#publishSegments();
    this.#dropCoveredParts(to);
    this.#rollUpKeeper.wake();
  }

  async #pauseBeforeRetry(): Promise<void> {
    const end = performance.now() + retryMillis;
    while (!this.#closing && performance.now() < end) await new Promise((resolve) => setTimeout(resolve, 50));
  }

  async #sealWhenOld(nowMicros: number): Promise<void> {
    if (this.#active.rows === 0) return;
    this.#activeSinceMicros ??= nowMicros;
    const isOld = nowMicros - this.#activeSinceMicros >= longestHotMicros;
    // While a segment cannot be written, retention must go on: it is what may free the space.
    if (isOld && this.#sealed === undefined) await this.#seal();
  }

  async #removeExpired(nowMicros: number): Promise<void> {
    await this.#sealWhenOld(nowMicros);
    const limits = { ageMillis: this.#settings.retentionAgeMillis, bytes: this.#settings.retentionBytes };
    const journalBytes = listParts(this.#layout.journal).reduce((sum, part) => sum + part.bytes, 0);
    const otherBytes = journalBytes + this.#rollUps.mergedBytes;
    const expired = expiredSegments([...this.#segments.values()], limits, { nowMicros, otherBytes });
    if (expired.length > 0) this.#remove(expired);
  }

  /** The one that ends where the journal is covered goes last: it needs a note first, for which there may be no space yet. */
  #remove(expired: readonly SegmentInfo[]): void {
    const covered = coveredUpTo([...this.#segments.values()], this.#checkpoint);
    const isLast = ({ header }: SegmentInfo): boolean => comparePositions(header.to, covered) === 0;
    let removed = 0;
    try {
      for (const segment of expired) if (!isLast(segment)) removed += this.#removeSegment(segment);
      const last = expired.filter(isLast);
      if (last.length === 0) return;
      this.#noteCheckpoint(covered);
      for (const segment of last) removed += this.#removeSegment(segment);
    } finally {
      this.#publishSegments();
      if (removed > 0) this.#log('info', `retention removed ${removed} segments`);
    }
  }

  #noteCheckpoint(covered: JournalPosition): void {
    noteCheckpoint(this.#layout.checkpoint, covered);
    this.#checkpoint = covered;
  }

  #removeSegment(segment: SegmentInfo): number {
    const { number } = segment;
    rmSync(parquetPath(this.#layout.segments, number), { force: true });
    rmSync(sidecarPath(this.#layout.segments, number), { force: true });
    this.#segments.delete(number);
    this.#rollUps.forget(segment, this.#segments);
    this.#tell({ type: 'segment-removed', number });
    return 1;
  }

  #newGeneration(): Generation {
    const spent = this.#spent;
    this.#spent = undefined;
    return new Generation(this.#settings.segmentRows, this.#settings.rowsPerBlock, this.#position, spent);
  }

  #dropCoveredParts(covered: JournalPosition): void {
    try {
      for (const part of listParts(this.#layout.journal)) if (part.number < covered.part) this.#dropPart(part.path);
    } catch (error) {
      this.#log('warn', `cannot look for parts of the journal to remove: ${describe(error)}; the next segment does it`);
    }
  }

  /** A part that stays is only in the way: it is not read again. */
  #dropPart(file: string): void {
    try {
      rmSync(file, { force: true });
    } catch (error) {
      this.#log('warn', `cannot remove ${file}: ${describe(error)}`);
    }
  }

  #hotSpans(): number {
    return this.#generations().reduce((sum, generation) => sum + generation.liveRows, 0);
  }

  #publishPosition(): void {
    this.#progress.position = this.#position;
  }

  #publishSegments(): void {
    const segments = [...this.#segments.values()];
    this.#progress.set('segments', segments.length);
    this.#progress.set(
      'segmentBytes',
      segments.reduce((sum, { bytes }) => sum + bytes, 0),
    );
    this.#progress.set(
      'segmentSpans',
      segments.reduce((sum, { header }) => sum + header.rows, 0),
    );
    this.#progress.set('hotSpans', this.#hotSpans());
  }

  async #untilWoken(): Promise<void> {
    this.#publishPosition();
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
  }

  #tell(message: HotMessage): void {
    this.#port?.postMessage(message);
  }

  #log(level: 'info' | 'warn' | 'error', message: string): void {
    this.#emit({ type: 'log', level, message });
  }
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
