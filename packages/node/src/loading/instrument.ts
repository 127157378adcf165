import { instrumentFetch } from '@spanwise/instrumentation/fetch';
import { instrumentHttp } from '@spanwise/instrumentation/http';
import type { NodeHttpClientOptions, NodeHttpServerOptions } from '@spanwise/instrumentation/http';
import { instrumentPg } from '@spanwise/instrumentation/pg';
import type { PgModule } from '@spanwise/instrumentation/pg';
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
  if (choice.pg !== false) removals.push(...instrumentLoadedPg(tracer, listener));
}

function instrumentLoadedPg(tracer: Tracer, listener: WarningListener): (() => void)[] {
  const removals: (() => void)[] = [];
  const unhook = onPackageLoad('pg', 'lib/index.js', (exports) => {
    try {
      const pg = instrumentPg(exports as PgModule, { tracer });
      removals.push(() => pg.uninstall());
    } catch (error) {
      listener.warn(`spanwise: this version of pg is not traced: ${String(error)}`);
    }
  });
  return [
    unhook,
    () => {
      for (const remove of removals.splice(0)) remove();
    },
  ];
}
