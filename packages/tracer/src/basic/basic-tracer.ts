import type { ScopeManager } from '@spanwise/opentracing';

import { checkOptions } from '../check-options.ts';
import { checkPropagators } from '../check-propagators.ts';
import { defaultScopeManager } from '../default-scope-manager.ts';
import { FormatRegistry, requiredFormats } from '../internal/format-registry.ts';
import { invalidOption } from '../internal/invalid-option.ts';
import { knownOptions } from '../internal/known-options.ts';
import { basictracer } from '../propagation/basictracer.ts';
import type { Propagator } from '../propagation/propagator.ts';
import type { Recorder } from '../reporting/recorder.ts';
import { alwaysUnlessGiven } from '../sampling/constant.ts';
import { parentBased } from '../sampling/parent-based.ts';
import type { TracerOptions } from '../tracer-options.ts';
import { SpanwiseTracer } from '../tracer.ts';
import type { SpanRecorder } from './span-recorder.ts';

const optionNames: readonly (keyof BasicTracerOptions)[] = [
  'clock',
  'debug',
  'ids',
  'limits',
  'logger',
  'sampler',
  'serviceName',
  'tags',
  'strict',
];

/** What else a `BasicTracer` may be given. All of it is optional, and means what it means for `createTracer`. */
export interface BasicTracerOptions extends Pick<
  TracerOptions,
  'clock' | 'debug' | 'ids' | 'limits' | 'logger' | 'sampler' | 'serviceName' | 'tags'
> {
  /**
   * Throws as opentracing-python's basictracer does: an `InvalidCarrierException` for what is no carrier, and in `extract` a
   * `SpanContextCorruptedException` for a context that is there in part, or damaged, whatever is there beside it, and for
   * baggage without a context. By default both are counted and mean nothing, as with `createTracer`: carriers come from strangers.
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
  readonly #formats: FormatRegistry;

  /**
   * @param recorder gets every finished span: a `SpanRecorder`, an `InMemoryRecorder`. Nobody unless given
   * @param scopeManager knows the active span. `AsyncLocalStorage`'s unless given
   * @throws TypeError for what is none of them, and for wrong options; it shows the value and the fix
   */
  constructor(recorder?: Recorder, scopeManager?: ScopeManager, given: BasicTracerOptions = {}) {
    knownOptions('BasicTracer', given, optionNames, '{ strict: true }');
    const { strict = false, ...options } = given;
    if (
      typeof (recorder as Partial<SpanRecorder> | undefined)?.recordSpan === 'function' &&
      typeof recorder?.finish !== 'function'
    )
      throw invalidOption(
        'BasicTracer: recorder',
        recorder,
        'must extend SpanRecorder: class Printing extends SpanRecorder { recordSpan(span) {} }',
      );
    if (typeof strict !== 'boolean')
      throw invalidOption('BasicTracer: strict', strict, 'must be true or false (leave it out for false)');
    const checked = checkOptions(
      {
        sampler: parentBased(alwaysUnlessGiven),
        serviceName: 'unknown_service',
        traceIdBits: 64,
        ...options,
        recorders: recorder === undefined ? [] : [recorder],
        propagators: [],
        ...(scopeManager !== undefined && { scopeManager }),
      },
      defaultScopeManager,
    );
    const formats = new FormatRegistry();
    super({ ...checked, recordsUnsampled: true, strictCarriers: strict }, formats);
    this.#formats = formats;
  }

  /**
   * Makes a format known, or replaces what was registered for it. Several propagators for one format are asked in their
   * order, and all of them write.
   *
   * @param format `FORMAT_TEXT_MAP`, `FORMAT_HTTP_HEADERS`, `FORMAT_BINARY` (for propagators that have one for bytes; our
   *   own layout otherwise), or a name of your own, whose carriers are like those of HTTP headers
   * @throws TypeError for what is no format or propagator, and for none at all; it shows the value and the fix
   */
  registerPropagator(format: string, ...propagators: readonly Propagator[]): void {
    if (typeof format !== 'string' || format === '')
      throw invalidOption('registerPropagator: format', format, "must be a format's name, such as FORMAT_HTTP_HEADERS");
    if (propagators.length === 0)
      throw invalidOption('registerPropagator', format, 'needs a propagator after the format, such as basictracer');
    this.#formats.register(format, checkPropagators(propagators, 'registerPropagator: propagators'));
  }

  /** Makes the three formats of OpenTracing known, as basictracer writes them: `ot-tracer-…` and its bytes. */
  registerRequiredPropagators(): void {
    for (const format of requiredFormats) this.registerPropagator(format, basictracer);
  }
}
