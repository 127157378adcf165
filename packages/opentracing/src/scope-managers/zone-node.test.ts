// Node's bundle of zone.js, in a file of its own, because it changes the globals for good.
import 'zone.js/node';

import { EventEmitter } from 'node:events';

import { describe, expect, it, vi } from 'vitest';

import { MockTracer } from '../mock_tracer/mock_tracer.ts';
import { collectGarbage } from './fixtures/collect-garbage.ts';
import { scopeManagerCases, scopeManagerExceptions } from './scope-manager.conformance.ts';
import { ZoneScopeManager } from './zone.ts';

// Before the imports: vitest puts the built-in one back whenever it sends a message, also after zone.js has replaced it.
vi.hoisted(() => {
  // oxlint-disable-next-line typescript/unbound-method -- it is put back as it is
  const builtIn = process.nextTick;
  let current = builtIn;
  Object.defineProperty(process, 'nextTick', {
    configurable: true,
    get: () => current,
    set: (replacement: typeof builtIn) => {
      if (replacement !== builtIn) current = replacement;
    },
  });
});

describe('ZoneScopeManager in Node', () => {
  const create = (): ZoneScopeManager => new ZoneScopeManager();
  const capabilities = { nativeAwait: false, isolatedActivation: false };
  for (const { name, run } of scopeManagerCases(create, capabilities, { collectGarbage })) it(name, run);
  for (const { name, run } of scopeManagerExceptions(create, capabilities)) it(name, run);

  it('an event emitter runs its listeners where they were added', () => {
    const manager = create();
    const tracer = new MockTracer({ scopeManager: manager });
    const [listening, emitting] = [tracer.startSpan('listening'), tracer.startSpan('emitting')];
    const emitter = new EventEmitter();
    const seen: unknown[] = [];
    manager.run(listening, false, () => emitter.on('ping', () => seen.push(manager.active?.span)));
    manager.run(emitting, false, () => emitter.emit('ping'));
    expect(seen).toEqual([listening]);
  });
});
