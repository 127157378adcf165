import { instrumentFetch } from '@spanwise/instrumentation/fetch';
import { instrumentHttp } from '@spanwise/instrumentation/http';
import type { NodeHttpClientOptions, NodeHttpServerOptions } from '@spanwise/instrumentation/http';
import { instrumentMqtt } from '@spanwise/instrumentation/mqtt';
import type { MqttModule } from '@spanwise/instrumentation/mqtt';
import { instrumentPg } from '@spanwise/instrumentation/pg';
import type { Instrumentation, PgModule } from '@spanwise/instrumentation/pg';
import type { Tracer } from '@spanwise/opentracing';

import type { WarningListener } from '../environment/variables.ts';
import { onPackageLoad } from './commonjs-hook.ts';

/** Which libraries are traced, and how; all unless said otherwise. */
export interface InstrumentationChoice {
  /** `node:http` and `node:https` servers. */
  readonly httpServer?: NodeHttpServerOptions | false;
  /** `node:http` and `node:https` clients. */
  readonly httpClient?: NodeHttpClientOptions | false;
  /** The global `fetch`. */
  readonly fetch?: boolean;
  /** `pg`, whenever the application loads it. */
  readonly pg?: boolean;
  /** `mqtt`, whenever the application loads it. */
  readonly mqtt?: boolean;
}

/**
 * Instruments what the process has and will load. Returns what takes all of it back; when it throws, all of it is back.
 */
export function instrument(tracer: Tracer, choice: InstrumentationChoice, listener: WarningListener): () => void {
  const removals: (() => void)[] = [];
  const takeBack = (): void => {
    for (const remove of removals.splice(0)) remove();
  };
  try {
    instrumentInto(removals, tracer, choice, listener);
    return takeBack;
  } catch (error) {
    takeBack();
    throw error;
  }
}

function instrumentInto(
  removals: (() => void)[],
  tracer: Tracer,
  choice: InstrumentationChoice,
  listener: WarningListener,
): void {
  const { httpServer, httpClient } = choice;
  const http = instrumentHttp({
    tracer,
    ...(httpServer !== undefined && { server: httpServer }),
    ...(httpClient !== undefined && { client: httpClient }),
  });
  removals.push(() => http.uninstall());
  if (choice.fetch !== false && typeof globalThis.fetch === 'function') {
    const fetch = instrumentFetch({ tracer });
    removals.push(() => fetch.uninstall());
  }
  if (choice.pg !== false) {
    removals.push(
      ...instrumentLoaded('pg', 'lib/index.js', (pg) => instrumentPg(pg as PgModule, { tracer }), listener),
    );
  }
  if (choice.mqtt !== false) {
    const onLoad = (mqtt: object): Instrumentation => instrumentMqtt(mqtt as MqttModule, { tracer });
    removals.push(...instrumentLoaded('mqtt', 'build/index.js', onLoad, listener));
  }
}

/** Instruments every copy of a package that is loaded, or will be. */
function instrumentLoaded(
  name: string,
  main: string,
  onLoad: (exports: object) => Instrumentation,
  listener: WarningListener,
): (() => void)[] {
  const removals: (() => void)[] = [];
  const unhook = onPackageLoad(name, main, (exports) => {
    try {
      const instrumentation = onLoad(exports);
      removals.push(() => instrumentation.uninstall());
    } catch (error) {
      listener.warn(`spanwise: this version of ${name} is not traced: ${String(error)}`);
    }
  });
  return [
    unhook,
    () => {
      for (const remove of removals.splice(0)) remove();
    },
  ];
}
