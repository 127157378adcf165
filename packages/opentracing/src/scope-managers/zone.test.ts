// A browser's bundle of zone.js. It changes the globals of its file, for good: what needs another stands in a file of
// its own. Before all else, so that nobody holds what was there before.
import 'zone.js';

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

import { rolldown } from 'rolldown';
import { describe, expect, it } from 'vitest';

import { MockTracer } from '../mock_tracer/mock_tracer.ts';
import { closeOrderCases } from './fixtures/close-order.ts';
import { collectGarbage } from './fixtures/collect-garbage.ts';
import { scopeManagerCases, scopeManagerExceptions } from './scope-manager.conformance.ts';
import { ZoneScopeManager } from './zone.ts';

const create = (): ZoneScopeManager => new ZoneScopeManager();

// A browser has no nextTick: its bundle leaves Node's alone.
const browser = { nextTick: false, isolatedActivation: false, dispatcherEvents: false };

describe('ZoneScopeManager', () => {
  const capabilities = { ...browser, nativeAwait: false };
  for (const { name, run } of scopeManagerCases(create, capabilities, { collectGarbage })) it(name, run);
  for (const { name, run } of scopeManagerExceptions(create, capabilities)) it(name, run);
  for (const { name, run } of closeOrderCases((watcher) => new ZoneScopeManager(watcher ? { watcher } : {}))) {
    it(name, run);
  }

  it('a listener sees what was active where it was added, also when it was added in no scope', () => {
    const manager = create();
    const tracer = new MockTracer({ scopeManager: manager });
    const target = new EventTarget();
    const seen: unknown[] = [];
    const listen = (): void => void seen.push(manager.active?.span);
    target.addEventListener('ping', () => listen());
    const added = tracer.startSpan('added');
    manager.run(added, false, () => target.addEventListener('ping', () => listen()));
    tracer.withActiveSpan('dispatcher', () => target.dispatchEvent(new Event('ping')));
    expect(seen).toEqual([undefined, added]);
  });

  it('concurrent functions that activate in one zone are in the way of each other', async () => {
    const manager = create();
    const tracer = new MockTracer({ scopeManager: manager });
    const work = (name: string): Promise<unknown> =>
      Promise.resolve().then(() => {
        const scope = tracer.startActiveSpan(name);
        return Promise.resolve().then(() => {
          const seen = manager.active?.span;
          scope.close();
          return seen === scope.span;
        });
      });
    const alone = await tracer.withActiveSpan('run', () => Promise.all([work('one'), work('two')]));
    expect(alone).toEqual([false, true]);
    expect(manager.ignoredCloses).toBe(1);
    expect(tracer.finishedSpans().map((span) => span.operationName())).toEqual(['two', 'one', 'run']);
  });

  it('zones that were forked by others inherit what is active', () => {
    const manager = create();
    const tracer = new MockTracer({ scopeManager: manager });
    tracer.withActiveSpan('a', (span) => {
      const other = Zone.current.fork({ name: 'other', properties: { own: 1 } });
      other.run(() => {
        expect(manager.active?.span).toBe(span);
        tracer.withActiveSpan('b', () => expect(Zone.current.get('own')).toBe(1));
      });
    });
  });

  it('work that starts its own successor makes no chain of zones', async () => {
    const manager = create();
    const tracer = new MockTracer({ scopeManager: manager });
    const outer = depth();
    const depths: number[] = [];
    await new Promise<void>((resolve) => {
      const turn = (left: number): void => {
        if (left === 0) return resolve();
        tracer.withActiveSpan(`turn ${left}`, () => {
          queueMicrotask(() => turn(left - 1));
          depths.push(depth());
        });
      };
      turn(50);
    });
    expect(depths).toEqual(Array(50).fill(outer + 1));
    expect(tracer.finishedSpans()).toHaveLength(50);
  });

  it('two managers do not see each other', () => {
    const [one, other] = [create(), create()];
    const span = new MockTracer().startSpan('a');
    one.run(span, false, () => {
      expect(other.active).toBeNull();
      other.run(new MockTracer().startSpan('b'), false, () => expect(one.active?.span).toBe(span));
    });
  });

  it('warns once of native async functions', () => {
    expect(warnings(async () => {})).toEqual([expect.stringContaining('compile them to ES2016')]);
    expect(warnings(() => Promise.resolve())).toEqual([]);
  });

  it('survives an asyncFunction that throws or rejects', () => {
    const fail = (): never => {
      throw new Error('not this one');
    };
    expect(warnings(fail)).toEqual([]);
    expect(warnings(async () => fail())).toHaveLength(1);
  });

  it('takes the Zone that it is given', () => {
    let asked = 0;
    const Own = {
      get current() {
        asked++;
        return Zone.current;
      },
    };
    expect(new ZoneScopeManager({ Zone: Own }).active).toBeNull();
    expect(asked).toBeGreaterThan(0);
  });
});

describe('ZoneScopeManager with code that was compiled to ES2016', async () => {
  const suite = await compiledSuite();
  const cases = suite.scopeManagerCases(create, browser, { collectGarbage });
  for (const { name, run } of cases) it(name, run);

  it('runs the cases of await too', () => {
    expect(cases.map(({ name }) => name)).toContain('the active span of run is kept across await');
  });
});

function warnings(asyncFunction: () => PromiseLike<unknown>): string[] {
  const seen: string[] = [];
  const manager = new ZoneScopeManager({ logger: { warn: (message) => seen.push(message) }, asyncFunction });
  for (let run = 0; run < 3; run++) manager.run(new MockTracer().startSpan('a'), true, (scope) => scope.close());
  return seen;
}

function depth(): number {
  let length = 0;
  for (let zone: Zone | null = Zone.current; zone !== null; zone = zone.parent) length++;
  return length;
}

/** The same suite, and the tracer that it uses, without native async functions. */
async function compiledSuite(): Promise<{ scopeManagerCases: typeof scopeManagerCases }> {
  const input = fileURLToPath(new URL('scope-manager.conformance.ts', import.meta.url));
  const directory = await mkdtemp(join(tmpdir(), 'spanwise-zone-'));
  try {
    const file = join(directory, 'suite.mjs');
    const bundle = await rolldown({ input, transform: { target: 'es2016' } });
    await bundle.write({ file, format: 'esm' });
    return (await import(pathToFileURL(file).href)) as never;
  } finally {
    await rm(directory, { recursive: true });
  }
}
