import type { Tracer as TracerContract } from '../contract.ts';
import { apiCases } from '../tracer.conformance.ts';
import { Tracer } from '../tracer.ts';

/** What a test framework puts on globalThis: mocha and Jest do, vitest with `globals: true`. */
interface TestGlobals {
  describe: (name: string, body: () => void) => void;
  it: (name: string, run: () => void | Promise<void>) => void;
}

/** Which checks to leave out, by npm opentracing's names. */
export interface ApiCompatibilityOptions {
  /** `true` leaves out what is set and read as baggage: for tracers without it. Default `false`. */
  skipBaggageChecks?: boolean;
  /** `true` leaves out `inject` and `extract`, for tracers without the formats. Default `false`. */
  skipInjectExtractChecks?: boolean;
}

/**
 * Declares tests that the calls of the API can be made: a deep module of npm opentracing that tests of tracers use,
 * without its need for chai. New tests take `tracerCases` from `@spanwise/opentracing/conformance`.
 */
export default function apiCompatibilityChecks(
  createTracer: () => TracerContract = () => new Tracer(),
  { skipBaggageChecks = false, skipInjectExtractChecks = false }: ApiCompatibilityOptions = {},
): void {
  const { describe, it } = globalThis as unknown as TestGlobals;
  const cases = apiCases(createTracer, { baggage: !skipBaggageChecks, propagation: !skipInjectExtractChecks });
  describe('OpenTracing API Compatibility', () => {
    for (const { name, run } of cases) it(name, run);
  });
}
