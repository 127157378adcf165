import { describe, expect, it, vi } from 'vitest';

import { same } from '../conformance-case.ts';
import type { Scope, Span } from '../contract.ts';
import { ScopeManager } from '../scope-manager.ts';
import { AsyncLocalStorageScopeManager } from '../scope-managers/async-local-storage.ts';
import type { ScopeLink } from '../scope-managers/chain-scope-manager.ts';
import { columns, MissingLibrary } from './columns.ts';
import { type CommandHost, runCommand } from './command.ts';
import {
  BareScopeManager,
  countsOf,
  type Kit,
  type Primitive,
  type Result,
  type Rig,
  runCell,
  runTestbed,
  type Scenario,
  scenarios,
  type Steps,
  textTable,
} from './index.ts';
import { asyncLocalStorageKit } from './kits/async-local-storage.ts';
import { syncStackKit } from './kits/sync-stack.ts';

// zone.js changes the globals, and vitest changes some of them back: its column is in testbed-command.test.ts.
const kits = await Promise.all(columns.filter(({ changesGlobals }) => !changesGlobals).map((column) => column.load()));

/** Passed and impossible, for each manager. Changes when a scenario is added, or a manager learns or unlearns. */
const counts: Record<string, [passed: number, impossible: number]> = {
  'sync-stack': [36, 32],
  'async-local-storage': [68, 0],
  'async-context': [67, 1],
  coroutine: [57, 11],
  effect: [57, 11],
  'effect-3': [57, 11],
};

describe('the testbed', () => {
  const results: Result[] = [];

  for (const scenario of scenarios) {
    for (const kit of kits) {
      const declared = kit.impossible?.[scenario.name] !== undefined;
      it(`${scenario.name} over ${kit.name}${declared ? ' is impossible' : ''}`, async () => {
        const result = await runCell(kit, scenario);
        results.push(result);
        expect(result).toMatchObject({ outcome: declared ? 'impossible' : 'passed' });
      });
    }
  }

  it.each(kits.map(({ name }) => name))('counts what passes over %s', (name) => {
    // Nothing to count when single tests were asked for.
    if (results.length < scenarios.length * kits.length) return;
    const { passed, impossible } = countsOf(results, name);
    expect([passed, impossible]).toEqual(counts[name]);
  });

  it.each(kits)('declares nothing impossible over $name that is no scenario', ({ impossible = {} }) => {
    const names = scenarios.map(({ name }) => name);
    expect(Object.keys(impossible).filter((name) => !names.includes(name))).toEqual([]);
  });

  it('has a name for each scenario', () => {
    expect(new Set(scenarios.map(({ name }) => name)).size).toBe(scenarios.length);
  });
});

/** Hangs after a turn of the event loop, with the deadline at just that time. */
function hangingScenario(): { scenario: Scenario; deadline: () => AbortSignal } {
  let controller = new AbortController();
  const scenario: Scenario = {
    name: 'hanging',
    origin: 'javascript',
    *main(bench): Steps {
      yield bench.turn();
      controller.abort(new Error('enough'));
      yield new Promise(() => {});
    },
  };
  return { scenario, deadline: () => (controller = new AbortController()).signal };
}

/** Forgets to finish the span of a scope. */
class Unfinishing extends AsyncLocalStorageScopeManager {
  override activate(span: Span): Scope {
    return super.activate(span, false);
  }

  override run<R>(span: Span, _finishOnClose: boolean, fn: (scope: Scope) => R): R {
    return super.run(span, false, fn);
  }
}

/** Says that nothing is active, and so makes all spans roots. */
class Forgetful extends AsyncLocalStorageScopeManager {
  override get activeParent(): null {
    return null;
  }
}

/** Runs what is to be detached as everything else. */
class Attached extends AsyncLocalStorageScopeManager {
  override runDetached<R>(fn: () => R): R {
    return fn();
  }
}

/** Calls a function in the context of its caller, when both hold the same. */
class Leaking extends AsyncLocalStorageScopeManager {
  protected override runWith<A, R>(link: ScopeLink | undefined, fn: (argument: A) => R, argument: A): R {
    return link === this.link() ? fn(argument) : super.runWith(link, fn, argument);
  }
}

/** Takes no close but that of the active scope. */
class Forgetting extends AsyncLocalStorageScopeManager {
  override activate(...args: Parameters<ScopeManager['activate']>): Scope {
    const scope = super.activate(...args);
    const close = scope.close.bind(scope);
    return Object.assign(scope, { close: () => (this.active === scope ? close() : undefined) });
  }
}

/** Restores nothing at the close of a scope that stands on three others. */
class Shallow extends AsyncLocalStorageScopeManager {
  override activate(...args: Parameters<ScopeManager['activate']>): Scope {
    const isFourth = this.link()?.previous?.previous !== undefined;
    const scope = super.activate(...args);
    const close = scope.close.bind(scope);
    return isFourth ? Object.assign(scope, { close: () => [close(), this.setLink(undefined)] }) : scope;
  }
}

/** Forgets where it was when a function is bound. */
class Unbinding extends AsyncLocalStorageScopeManager {
  override snapshot(): <R>(fn: () => R) => R {
    return (fn) => fn();
  }
}

async function failuresOver(createManager: () => ScopeManager): Promise<string[]> {
  const results = await runTestbed({ name: 'broken', createManager });
  return results.filter(({ outcome }) => outcome === 'failed').map(({ scenario }) => scenario);
}

describe('a broken manager', () => {
  it('that does nothing fails wherever spans have parents', async () => {
    const failed = await failuresOver(() => new ScopeManager());
    expect(failed).toEqual(expect.arrayContaining(['active_span_replacement', 'promise_all', 'generator']));
    expect(failed.length).toBeGreaterThan(50);
  });

  it('that leaves spans open fails wherever a scope finishes one', async () => {
    const failed = await failuresOver(() => new Unfinishing());
    expect(failed).toEqual(expect.arrayContaining(['client_server', 'using: early_return', 'abort_signal']));
    expect(failed.length).toBeGreaterThan(50);
  });

  it('that makes all spans roots fails wherever the parent is implicit', async () => {
    const failed = await failuresOver(() => new Forgetful());
    expect(failed).toEqual(expect.arrayContaining(['late_span_finish', 'timers: set_timeout', 'worker_round_trip']));
    expect(failed).not.toContain('client_server');
  });

  it('that cannot detach fails where work is detached, and there only', async () => {
    expect(await failuresOver(() => new Attached())).toEqual([
      'tasks_with_no_parent_scope',
      'callbacks_with_no_parent_scope',
      'await_with_no_parent_scope',
      'detached_at_boot',
    ]);
  });

  it('that leaks what detached work activates fails where that begins with nothing active', async () => {
    expect(await failuresOver(() => new Leaking())).toContain('detached_at_boot');
  });

  it('that forgets all closes but that of the active scope fails where another is closed, and there only', async () => {
    expect(await failuresOver(() => new Forgetting())).toEqual(['detached_at_boot', 'close_order: too_early']);
  });

  it('that restores nothing below the third scope fails where scopes are deep', async () => {
    expect(await failuresOver(() => new Shallow())).toContain('close_order: deep');
  });

  it('that lets no timer run fails at the deadline, and says so', async () => {
    let controller = new AbortController();
    let swallowed = 0;
    const swallow = (): void => {
      // The testbed asks for a timer itself, to see whether they run.
      if (++swallowed === 2) controller.abort(new Error('enough'));
    };
    const createManager = (): ScopeManager => {
      vi.stubGlobal('setTimeout', swallow);
      return new AsyncLocalStorageScopeManager();
    };
    try {
      const results = await runTestbed({
        name: 'starving',
        createManager,
        scenarios: scenarios.filter(({ name }) => name === 'timers: set_timeout'),
        deadline: () => (controller = new AbortController()).signal,
      });
      expect(results).toMatchObject([
        {
          outcome: 'failed',
          reason: 'still running at its deadline (enough), and no timer ran: the manager holds them back',
        },
      ]);
    } finally {
      vi.unstubAllGlobals();
    }
  });

  it('that binds nothing fails where work is handed over, and in generators', async () => {
    expect(await failuresOver(() => new Unbinding())).toEqual(
      expect.arrayContaining(['event_emitter', 'event_target', 'work_queue', 'connection_pool']),
    );
  });
});

/** One variable, with what is broken of it. */
function bareRig(parts: Partial<Primitive>): Rig {
  let current: Span | undefined;
  const primitive: Primitive = {
    get: () => current,
    set: (span) => void (current = span),
    run: (_span, fn) => fn(),
    ...parts,
  };
  return { manager: new BareScopeManager(primitive), tasks: syncStackKit.rig().tasks };
}

describe('a declaration that something is impossible', () => {
  const scenario = scenarios.find(({ name }) => name === 'timers: set_timeout') as Scenario;
  const declared = { [scenario.name]: 'so it is said' };

  it('fails when the scenario passes', async () => {
    const result = await runCell({ ...asyncLocalStorageKit, impossible: declared }, scenario);
    expect(result).toMatchObject({ outcome: 'failed', reason: 'declared impossible, and passes' });
  });

  it('fails without a bare primitive', async () => {
    const { name, rig } = syncStackKit;
    const result = await runCell({ name, rig, impossible: declared }, scenario);
    expect(result.outcome).toBe('failed');
    expect(result.reason).toContain('without a bare primitive');
  });

  it('fails when the bare primitive passes', async () => {
    const { rig } = syncStackKit;
    const { bare } = asyncLocalStorageKit as Required<Kit>;
    const result = await runCell({ name: 'x', rig, bare, impossible: declared }, scenario);
    expect(result.outcome).toBe('failed');
    expect(result.reason).toContain('passes with the bare primitive');
  });

  it('fails on the bare call stack when the scenario does not leave it', async () => {
    const synchronous: Scenario = {
      name: 'synchronous',
      origin: 'javascript',
      main() {
        same(1, 2, 'the sum');
      },
    };
    const result = await runCell({ ...syncStackKit, impossible: { synchronous: 'so it is said' } }, synchronous);
    expect(result.outcome).toBe('failed');
    expect(result.reason).toContain('stays in its call stack');
  });

  it.each(['', ' '])('fails without a reason: "%s"', async (reason) => {
    const impossible = { [scenario.name]: reason };
    const result = await runCell({ ...syncStackKit, impossible }, scenario);
    expect(result).toMatchObject({ outcome: 'failed', reason: 'declared impossible without a reason' });
    const run = runTestbed({ name: 'x', createManager: () => new ScopeManager(), impossible });
    await expect(run).rejects.toThrow(`say why "${scenario.name}" is impossible`);
  });

  const raise = (): never => {
    throw new TypeError('rig.manger is undefined');
  };

  it.each<[string, Partial<Kit>, string]>([
    ['the rig cannot be made', { rig: raise }, 'breaks: rig.manger'],
    ['the bare rig cannot be made', { bare: raise }, 'breaks with the bare primitive: rig.manger'],
    ['the bare rig throws as it runs', { bare: () => bareRig({ run: raise }) }, 'the bare primitive: rig.manger'],
    ['the bare manager is another one', { bare: syncStackKit.rig }, 'has to be a BareScopeManager'],
    [
      'the manager does nothing',
      { rig: () => ({ ...syncStackKit.rig(), manager: new ScopeManager() }) },
      'the manager can',
    ],
    [
      'the bare primitive does nothing',
      { bare: () => bareRig({ set: () => {} }) },
      'the bare primitive can do nothing',
    ],
  ])('fails when %s', async (_, parts, reason) => {
    const result = await runCell({ ...syncStackKit, ...parts }, scenario);
    expect(result).toMatchObject({ outcome: 'failed', reason: expect.stringContaining(reason) });
  });

  it('fails when the scenario itself is broken', async () => {
    const broken: Scenario = {
      name: 'broken',
      origin: 'javascript',
      *main(bench): Steps {
        yield bench.turn();
        raise();
      },
    };
    const result = await runCell({ ...syncStackKit, impossible: { broken: 'so it is said' } }, broken);
    expect(result).toMatchObject({
      outcome: 'failed',
      reason: 'declared impossible, and breaks: rig.manger is undefined',
    });
  });

  it('fails when the scenario hangs', async () => {
    const { scenario: hanging, deadline } = hangingScenario();
    const result = await runCell({ ...syncStackKit, impossible: { hanging: 'so it is said' } }, hanging, { deadline });
    expect(result).toMatchObject({
      outcome: 'failed',
      reason: 'declared impossible, and breaks: still running at its deadline (enough)',
    });
  });

  it('is tried with the rigs once, however many there are', async () => {
    let rigs = 0;
    const kit: Kit = {
      ...syncStackKit,
      rig: () => {
        rigs++;
        return syncStackKit.rig();
      },
    };
    await runCell(kit, scenario);
    expect(rigs).toBe(2);
    await runCell(kit, scenario);
    expect(rigs).toBe(3);
  });

  it('comes with how it fails, with the manager and with the bare primitive', async () => {
    const result = await runCell(syncStackKit, scenario);
    expect(result).toMatchObject({ outcome: 'impossible', reason: expect.stringContaining('finds the stack') });
    expect(result.failure).toContain('the span "in a"');
    expect(result.proof).toContain('the span "in a"');
  });

  it('of a scenario that there is not is refused', async () => {
    const createManager = (): ScopeManager => new ScopeManager();
    const run = runTestbed({ name: 'x', createManager, impossible: { client_sever: 'typo' } });
    await expect(run).rejects.toThrow('no scenario "client_sever"');
  });
});

describe('a scenario', () => {
  it('that hangs fails at its deadline', async () => {
    const { scenario, deadline } = hangingScenario();
    const result = await runCell(asyncLocalStorageKit, scenario, { deadline });
    expect(result).toMatchObject({ outcome: 'failed', reason: 'still running at its deadline (enough)' });
  });

  it('that leaves a scope open fails', async () => {
    const leaking: Scenario = {
      name: 'leaking',
      origin: 'javascript',
      main({ tracer }) {
        tracer.startActiveSpan('open');
      },
    };
    const result = await runCell(asyncLocalStorageKit, leaking);
    expect(result.reason).toBe('the active span after all: expected null, was the span "open"');
  });

  it('that fails in work nobody waits for fails', async () => {
    const failing: Scenario = {
      name: 'failing',
      origin: 'javascript',
      main(bench) {
        bench.later(() => {
          throw new Error('in a callback');
        });
      },
    };
    expect(await runCell(asyncLocalStorageKit, failing)).toMatchObject({ outcome: 'failed', reason: 'in a callback' });
  });
});

describe('the command', () => {
  async function command(...args: string[]): Promise<{ status: number; output: string }> {
    let output = '';
    const host: CommandHost = {
      write: (text) => (output += text),
      runElsewhere: async ([, manager]) =>
        JSON.stringify([{ manager, scenario: 'client_server', outcome: 'failed', reason: 'elsewhere' }]),
    };
    return { status: await runCommand(args, host), output };
  }

  it('prints a table and exits with 0 when nothing failed', async () => {
    const { status, output } = await command('--manager', 'sync-stack', '--scenario', 'late_span_finish');
    expect(status).toBe(0);
    expect(output).toMatch(/^late_span_finish {2,}impossible$/m);
    expect(output).toMatch(/^passed, impossible {2,}0, 2$/m);
  });

  it('exits with 1 when a cell failed, here or in another process', async () => {
    const { status, output } = await command(
      '--manager',
      'coroutine',
      '--manager',
      'zone',
      '--scenario',
      'client_server',
    );
    expect(status).toBe(1);
    expect(output).toMatch(/^client_server {2,}FAILED {2,}passed$/m);
    expect(output).toContain('client_server over zone: elsewhere');
  });

  it('prints Markdown', async () => {
    const { output } = await command('--manager', 'effect', '--scenario', 'client_server', '--markdown');
    expect(output).toBe(
      '| scenario | effect |\n| --- | --- |\n| client_server | passed |\n| passed, impossible | 1, 0 |\n\n',
    );
  });

  it.each([
    [['--manager', 'als'], 'no manager is called "als"'],
    [['--scenario', 'server_client'], 'no scenario is called "server_client"'],
    [['--wrong'], "Unknown option '--wrong'"],
  ])('refuses %s', async (args, message) => {
    const { status, output } = await command(...args);
    expect(status).toBe(2);
    expect(output).toContain(message);
  });

  describe('where a library is not installed', () => {
    const absent = { name: 'zone', load: () => Promise.reject(new MissingLibrary('zone.js is not installed')) };
    const broken = { name: 'zone', load: () => Promise.reject(new Error('broken within')) };
    const here = { name: 'sync-stack', load: async () => syncStackKit };

    async function withColumns(given: CommandHost['columns'] & {}, ...args: string[]): Promise<[number, string]> {
      let output = '';
      const host = {
        write: (text: string) => void (output += text),
        runElsewhere: () => Promise.reject(new Error('none')),
        columns: given,
      };
      return [await runCommand(['--scenario', 'client_server', ...args], host), output];
    }

    it('has an absent column, with the reason, and exits with 0', async () => {
      const [status, output] = await withColumns([here, absent]);
      expect(status).toBe(0);
      expect(output.split('\n')).toEqual([
        'scenario            sync-stack  zone',
        'client_server       passed      absent',
        'passed, impossible  1, 0        0, 0, 1 absent',
        '',
        'Absent:',
        '  zone: zone.js is not installed (1)',
        '',
      ]);
    });

    it('exits with 1 when that manager was named', async () => {
      const [status, output] = await withColumns([here, absent], '--manager', 'zone');
      expect(status).toBe(1);
      expect(output).toContain('zone.js is not installed');
      expect((await withColumns([here, absent], '--manager', 'sync-stack'))[0]).toBe(0);
    });

    it('fails with what is broken within a library that is', async () => {
      await expect(withColumns([here, broken])).rejects.toThrow('broken within');
    });
  });

  it('has a help', async () => {
    expect(await command('--help')).toMatchObject({ status: 0, output: expect.stringContaining('--markdown') });
  });
});

describe('the table', () => {
  it('says what is absent and what failed', () => {
    const results: Result[] = [
      { manager: 'a', scenario: 'one', outcome: 'absent', reason: 'needs Node' },
      { manager: 'a', scenario: 'two', outcome: 'failed', reason: 'why' },
    ];
    expect(textTable(results)).toBe(
      [
        'scenario            a',
        'one                 absent',
        'two                 FAILED',
        'passed, impossible  0, 0, 1 FAILED, 1 absent',
        '',
        'Absent:',
        '  a: needs Node (1)',
        'Failed:',
        '  two over a: why',
      ].join('\n'),
    );
  });
});
