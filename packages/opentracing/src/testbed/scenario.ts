import type { Bench } from './bench.ts';
import type { Steps } from './steps.ts';

/** One way to use spans in concurrent code, with what must come out of it. */
export interface Scenario {
  /** As the command takes it and the table shows it: `late_span_finish`. */
  readonly name: string;
  /** Whose testbed it comes from. */
  readonly origin: 'opentracing-python' | 'opentracing-java' | 'javascript';
  /** `'node'`: runs only where Node's modules are. */
  readonly needs?: 'node';
  /** Throws when spans come out otherwise: in steps, or in one go. Need not wait at its end for what it started. */
  main(bench: Bench): Steps | void;
}
