import type { ScopeManager } from '@spanwise/opentracing';
import {
  FORMAT_BINARY,
  FORMAT_HTTP_HEADERS,
  FORMAT_TEXT_MAP,
  InvalidCarrierException,
  SpanContextCorruptedException,
  UnsupportedFormatException,
} from '@spanwise/opentracing';

import { checkOptions } from '../check-options.ts';
import { checkPropagators } from '../check-propagators.ts';
import { defaultScopeManager } from '../default-scope-manager.ts';
import { basictracer } from '../propagation/basictracer.ts';
import { BinaryPropagator } from '../propagation/binary.ts';
import { CompositePropagator } from '../propagation/composite.ts';
import type { Propagator } from '../propagation/propagator.ts';
import { inTextMap } from '../propagation/propagator.ts';
import type { Recorder } from '../reporting/recorder.ts';
import { constantSampler } from '../sampling/constant.ts';
import { parentBased } from '../sampling/parent-based.ts';
import type { TracerOptions } from '../tracer-options.ts';
import type { TracerStats } from '../tracer-stats.ts';
import type { FormatPropagator } from '../tracer.ts';
import { SpanwiseTracer } from '../tracer.ts';

/** What else a `BasicTracer` may be given. All of it is optional, and means what it means for `createTracer`. */
export interface BasicTracerOptions extends Pick<
  TracerOptions,
  'clock' | 'debug' | 'ids' | 'limits' | 'logger' | 'sampler' | 'serviceName' | 'tags'
> {
  /**
   * Throws as opentracing-python's basictracer does: an `InvalidCarrierException` for what is no carrier, and in `extract` a
   * `SpanContextCorruptedException` for a context that is there in part, or damaged. By default both are counted and mean
   * nothing, as with `createTracer`: carriers come from strangers.
   */
  readonly strict?: boolean;
}

/**
 * The reference implementation as opentracing-python has it (basictracer): spans go to one recorder, formats are registered,
 * and nothing is sent anywhere. For tests, for teaching, and for recorders of your own; services want `createTracer`.
 *
 * It differs from `createTracer` as basictracer does:
 * - The recorder is given spans that are not sampled, too; bit 0 of a record's `flags` says which are sampled.
 * - No format is known until it is registered: `registerRequiredPropagators`, or `registerPropagator`.
 * - Trace ids have 64 bits, which is what its formats carry.
 * - With `strict` it throws for carriers that cannot be read.
 *
 * Source: basictracer-python 3.2, `basictracer/tracer.py`.
 */
export class BasicTracer extends SpanwiseTracer {
  readonly #formats: Map<string, FormatPropagator> = new Map();
  readonly #strict: boolean;

  /**
   * @param recorder gets every finished span: a `SpanRecorder`, an `InMemoryRecorder`. Nobody unless given
   * @param scopeManager knows the active span. `AsyncLocalStorage`'s unless given
   * @throws TypeError for what is none of them, and for wrong options; it shows the value and the fix
   */
  constructor(
    recorder?: Recorder,
    scopeManager?: ScopeManager,
    { strict = false, ...options }: BasicTracerOptions = {},
  ) {
    const checked = checkOptions(
      {
        sampler: parentBased(constantSampler(true)),
        serviceName: 'unknown_service',
        traceIdBits: 64,
        ...options,
        recorders: recorder === undefined ? [] : [recorder],
        propagators: [],
        ...(scopeManager !== undefined && { scopeManager }),
      },
      defaultScopeManager,
    );
    super({ ...checked, recordsUnsampled: true });
    this.#strict = strict;
  }

  /**
   * Makes a format known, or replaces what was registered for it. Several propagators for one format are asked in their
   * order, and all of them write.
   *
   * @param format `FORMAT_TEXT_MAP`, `FORMAT_HTTP_HEADERS`, `FORMAT_BINARY` (for propagators that have one for bytes; our
   *   own layout otherwise), or a name of your own, whose carriers are like those of HTTP headers
   * @throws TypeError for what is no propagator; it shows the value and the fix
   */
  registerPropagator(format: string, ...propagators: readonly Propagator[]): void {
    this.#formats.set(format, formatOf(format, checkPropagators(propagators).extract));
  }

  /** Makes the three formats of OpenTracing known, as basictracer writes them: `ot-tracer-…` and its bytes. */
  registerRequiredPropagators(): void {
    for (const format of [FORMAT_TEXT_MAP, FORMAT_HTTP_HEADERS, FORMAT_BINARY])
      this.registerPropagator(format, basictracer);
  }

  override stats(): TracerStats {
    const malformed = (binary: boolean): number =>
      [...this.#formats.values()]
        .filter((format) => format instanceof BinaryPropagator === binary)
        .reduce((sum, format) => sum + format.malformed, 0);
    return { ...super.stats(), malformedHeaders: malformed(false), malformedBytes: malformed(true) };
  }

  /** @internal */
  protected override carrierRefused(format: string): void {
    super.carrierRefused(format);
    if (this.#strict) throw new InvalidCarrierException(`this is no carrier for the format ${JSON.stringify(format)}`);
  }

  /** @internal */
  protected override contextCorrupted(format: string): void {
    if (this.#strict)
      throw new SpanContextCorruptedException(
        `the carrier holds no whole context of the format ${JSON.stringify(format)}`,
      );
  }

  /** @internal */
  protected override propagatorOf(format: string): FormatPropagator {
    const propagator = this.#formats.get(format);
    if (propagator === undefined) throw new UnsupportedFormatException(format);
    return propagator;
  }
}

function formatOf(format: string, propagators: readonly Propagator[]): FormatPropagator {
  if (format === FORMAT_BINARY) return new BinaryPropagator(propagators, propagators);
  if (format !== FORMAT_TEXT_MAP) return new CompositePropagator(propagators, propagators);
  const texts = propagators.map(inTextMap);
  return new CompositePropagator(texts, texts, true);
}
