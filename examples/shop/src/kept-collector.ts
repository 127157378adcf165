import { collectorAddresses } from './collector-addresses.ts';
import type { ProcessGroup, StartedProcess } from './process-group.ts';

/** One that ends more often has a reason to, and would end again. */
const mostStartsAgain = 3;
const withinMillis = 60_000;

export interface KeptCollectorParts {
  readonly group: Pick<ProcessGroup, 'start'>;
  /** Absolute path of the command. */
  readonly command: string;
  readonly args: readonly string[];
  /** Tells people. */
  readonly say: (line: string) => void;
  /** Milliseconds, never going backwards. */
  readonly now?: (() => number) | undefined;
}

/** The collector as a child that is started again, at the addresses that it had, when it ends by itself. */
export class KeptCollector {
  readonly #parts: KeptCollectorParts;
  /** The latest has been ready. */
  #isReady = false;
  /** When it was started again lately. */
  #startsAgain: number[] = [];
  #addresses: { readonly pageUrl: string; readonly otlpUrl: string } | undefined;

  constructor(parts: KeptCollectorParts) {
    this.#parts = parts;
  }

  /** Rejects with the collector's own words when it does not start. */
  async start(): Promise<{ readonly pageUrl: string; readonly otlpUrl: string }> {
    this.#addresses = collectorAddresses(await this.#launch(this.#parts.args));
    return this.#addresses;
  }

  /** It ended by itself, `reason` says how. False when another start would not help. */
  startAgain(reason: string): boolean {
    const now = this.#now();
    this.#startsAgain = this.#startsAgain.filter((millis) => now - millis < withinMillis);
    if (this.#addresses === undefined || !this.#isReady || this.#startsAgain.length >= mostStartsAgain) return false;
    this.#startsAgain.push(now);
    const { say } = this.#parts;
    say(`the collector ended (${reason}); it is started again. The shop goes on and keeps its spans meanwhile`);
    const { pageUrl, otlpUrl } = this.#addresses;
    const ports = ['--port-main', portOf(pageUrl), '--port-otlp-http', portOf(otlpUrl)];
    // Of a flag that is given twice the later one counts. One that cannot start ends, and so is reported.
    this.#launch([...this.#parts.args, ...ports]).then(
      () => say('the collector is back'),
      () => {},
    );
    return true;
  }

  /** Resolves with what it says when it is ready. */
  async #launch(args: readonly string[]): Promise<string> {
    const { group, command, say } = this.#parts;
    this.#isReady = false;
    const collector = group.start({ name: 'collector', script: command, args: ['collector', ...args] });
    sayWhatTakesLong(collector, say);
    const addresses = await collector.ready;
    this.#isReady = true;
    return addresses;
  }

  #now(): number {
    return (this.#parts.now ?? (() => performance.now()))();
  }
}

/** A URL leaves out the port that HTTP has anyway. */
function portOf(url: string): string {
  return new URL(url).port || '80';
}

/** Hands on what a collector says that is not ready soon, such as how much of its journal is left. */
function sayWhatTakesLong(collector: StartedProcess, say: (line: string) => void): void {
  let said = '';
  const timer = setInterval(() => {
    const words = collector.lastWords().trimEnd().split('\n').at(-1) ?? '';
    if (words !== said) say(`  ${words}`);
    said = words;
  }, 500);
  const stop = (): void => clearInterval(timer);
  collector.ready.then(stop, stop);
}
