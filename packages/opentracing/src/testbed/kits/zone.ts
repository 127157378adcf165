import type { Span } from '../../contract.ts';
import { ZoneScopeManager, type ZoneConstructor } from '../../scope-managers/zone.ts';
import { BareScopeManager, type Primitive } from '../bare-scope-manager.ts';
import { because, type Kit, type Rig } from '../kit.ts';
import { inContextsOfTheirOwn, promiseChainTasks } from '../tasks.ts';

interface Cell {
  span: Span | undefined;
}

/** A zone holds a cell, because what a zone holds cannot be replaced. */
function zones(Zone: ZoneConstructor): Primitive {
  const outside: Cell = { span: undefined };
  const cell = (): Cell => (Zone.current.get('span') as Cell | undefined) ?? outside;
  return {
    get: () => cell().span,
    set: (span) => {
      cell().span = span;
    },
    run: (span, fn) => Zone.current.fork({ name: 'bare', properties: { span: { span } } }).run(fn),
  };
}

function rig(manager: Rig['manager']): Rig {
  return { manager, tasks: inContextsOfTheirOwn(manager, promiseChainTasks) };
}

/** {@link ZoneScopeManager}, with tasks as promise chains, each in a zone of its own. zone.js has to be loaded. */
export const zoneKit: Kit = {
  name: 'zone',
  rig: () => rig(new ZoneScopeManager()),
  bare: () => rig(new BareScopeManager(zones((globalThis as unknown as { Zone: ZoneConstructor }).Zone))),
  impossible: {
    ...because(
      'zone.js cannot follow a native await: behind it runs the zone of who settled the promise',
      'async_generator',
      'async_generator: left_early',
      'using: await',
    ),
    ...because('zone.js does not patch the ports of Node', 'timers: message_port'),
    ...because(
      'zone.js runs each listener of an EventEmitter in the zone in which it was added, not in that of who emits',
      'event_emitter',
    ),
  },
};
