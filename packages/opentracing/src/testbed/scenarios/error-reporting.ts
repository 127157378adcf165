import { ERROR } from '../../ext/tags.ts';
import { same } from '../assertions.ts';
import type { Bench } from '../bench.ts';
import type { Scenario } from '../scenario.ts';
import type { Steps } from '../steps.ts';

function expectError(bench: Bench): void {
  const [one] = bench.finished('one');
  same(one.tags()[ERROR], true, 'the tag of the error');
}

/**
 * Something fails in a scope.
 * Origin: opentracing-java, error_reporting, testSimpleError.
 */
export const simpleError: Scenario = {
  name: 'error_reporting: simple_error',
  origin: 'opentracing-java',
  main(bench) {
    const scope = bench.tracer.startActiveSpan('one');
    try {
      throw new Error('Invalid state');
    } catch {
      scope.span.setTag(ERROR, true);
    } finally {
      scope.close();
    }
    bench.expectActive(null, 'after the error');
    expectError(bench);
  },
};

/**
 * Something fails in a callback that was given the span.
 * Origin: opentracing-java, error_reporting, testCallbackError.
 */
export const callbackError: Scenario = {
  name: 'error_reporting: callback_error',
  origin: 'opentracing-java',
  *main(bench): Steps {
    const span = bench.tracer.startSpan('one');
    yield bench.later(() => {
      const scope = bench.manager.activate(span, true);
      try {
        throw new Error('Invalid state');
      } catch {
        bench.tracer.activeSpan?.setTag(ERROR, true);
      } finally {
        scope.close();
      }
    });
    expectError(bench);
  },
};

/**
 * Every attempt that fails is logged; the span fails when the last one did.
 * Origin: opentracing-java, error_reporting, testErrorRecovery.
 */
export const errorRecovery: Scenario = {
  name: 'error_reporting: error_recovery',
  origin: 'opentracing-java',
  main(bench) {
    const attempts = 2;
    const scope = bench.tracer.startActiveSpan('one', { finishOnClose: false });
    for (let attempt = 0; attempt < attempts; attempt++) {
      try {
        throw new Error('No url could be fetched');
      } catch (error) {
        bench.tracer.activeSpan?.log({ event: ERROR, 'error.object': error });
      }
    }
    scope.close();
    bench.expectActive(null, 'after the attempts');
    scope.span.setTag(ERROR, true);
    scope.span.finish();
    expectError(bench);
    const [one] = bench.finished('one');
    same(one.logs().length, attempts, 'the number of logs');
    for (const { fields } of one.logs()) {
      same(fields['event'], ERROR, 'the event of a log');
      same(fields['error.object'] instanceof Error, true, 'a log has the error');
    }
  },
};

/**
 * A layer hands the active span on to what is submitted, and knows nothing of errors.
 * Origin: opentracing-java, error_reporting, testInstrumentationLayer.
 */
export const instrumentationLayer: Scenario = {
  name: 'error_reporting: instrumentation_layer',
  origin: 'opentracing-java',
  *main(bench): Steps {
    const { tracer, manager } = bench;
    const scoped = (fn: () => void): (() => void) => {
      const span = tracer.activeSpan;
      return () => {
        if (span === null) return;
        const scope = manager.activate(span, false);
        try {
          fn();
        } finally {
          scope.close();
        }
      };
    };
    const scope = tracer.startActiveSpan('one', { finishOnClose: false });
    const failing = scoped(() => {
      try {
        throw new Error('Invalid state');
      } catch {
        tracer.activeSpan?.setTag(ERROR, true);
      } finally {
        tracer.activeSpan?.finish();
      }
    });
    const submitted = bench.later(failing);
    scope.close();
    yield submitted;
    expectError(bench);
  },
};
