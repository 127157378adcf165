import type * as events from 'node:events';

import { hasNoParent, isChildOf } from '../assertions.ts';
import type { Bench } from '../bench.ts';
import type { Scenario } from '../scenario.ts';
import type { Steps } from '../steps.ts';
import { nodeModule } from './node-module.ts';

/** Where a kind of emitter keeps its listeners, and calls them. */
interface Emitter {
  on(listener: () => void): void;
  once(listener: () => void): void;
  emit(): void;
}

/** Listeners see the span of who emits, and those that were bound see the span of who bound them. */
function* listeners(bench: Bench, emitter: Emitter): Steps {
  const { tracer, manager } = bench;
  tracer.withActiveSpan('listening', () => {
    emitter.on(() => bench.mark('on'));
    emitter.on(manager.bind(() => bench.mark('bound')));
    emitter.once(() => bench.mark('once'));
  });
  tracer.withActiveSpan('emitting', () => emitter.emit());
  // Late: in no span at all, when all of the above is over.
  yield bench.turn();
  emitter.emit();
  const [listening, on, bound, once, emitting, lateOn, lateBound] = bench.finished(
    ...(['listening', 'on', 'bound', 'once', 'emitting', 'on', 'bound'] as const),
  );
  isChildOf(on, emitting);
  isChildOf(once, emitting);
  isChildOf(bound, listening);
  hasNoParent(lateOn);
  isChildOf(lateBound, listening);
}

/** Node's `EventEmitter`: `on`, `once` and a late `emit`. Origin: ours. */
export const eventEmitter: Scenario = {
  name: 'event_emitter',
  origin: 'javascript',
  needs: 'node',
  main: (bench) => {
    const { EventEmitter } = nodeModule('node:events') as typeof events;
    const emitter = new EventEmitter();
    return listeners(bench, {
      on: (listener) => void emitter.on('ping', listener),
      once: (listener) => void emitter.once('ping', listener),
      emit: () => void emitter.emit('ping'),
    });
  },
};

/** The same with the web's `EventTarget`. Origin: ours. */
export const eventTarget: Scenario = {
  name: 'event_target',
  origin: 'javascript',
  main: (bench) => {
    const target = new EventTarget();
    return listeners(bench, {
      on: (listener) => target.addEventListener('ping', listener),
      once: (listener) => target.addEventListener('ping', listener, { once: true }),
      emit: () => void target.dispatchEvent(new Event('ping')),
    });
  },
};
