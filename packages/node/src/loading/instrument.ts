import { instrumentFetch } from '@spanwise/instrumentation/fetch';
import { instrumentGrpc } from '@spanwise/instrumentation/grpc';
import type { GrpcClientOptions, GrpcModule, GrpcServerOptions } from '@spanwise/instrumentation/grpc';
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
  /** Servers of `@grpc/grpc-js`, whenever the application loads it. */
  readonly grpcServer?: GrpcServerOptions | false;
  /** Clients of `@grpc/grpc-js`, whenever the application loads it. */
  readonly grpcClient?: GrpcClientOptions | false;
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
  // The last first: what lies on something else is taken from it.
  const takeBack = (): void => {
    for (const remove of removals.splice(0).reverse()) remove();
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
  removals.push(...instrumentLoadedGrpc(tracer, choice, listener));
  if (choice.pg !== false) {
    removals.push(
      ...instrumentWhenLoaded('pg', 'lib/index.js', listener, (pg) => instrumentPg(pg as PgModule, { tracer })),
    );
  }
  if (choice.mqtt !== false) {
    removals.push(
      ...instrumentWhenLoaded('mqtt', 'build/index.js', listener, (mqtt) =>
        instrumentMqtt(mqtt as MqttModule, { tracer }),
      ),
    );
  }
}

function instrumentLoadedGrpc(
  tracer: Tracer,
  { grpcServer: server, grpcClient: client }: InstrumentationChoice,
  listener: WarningListener,
): (() => void)[] {
  if (server === false && client === false) return [];
  const options = { tracer, ...(server !== undefined && { server }), ...(client !== undefined && { client }) };
  return instrumentWhenLoaded('@grpc/grpc-js', 'build/src/index.js', listener, (grpc) =>
    instrumentGrpc(grpc as GrpcModule, options),
  );
}

/** Every copy of a package, when the application loads it; one that cannot be traced is named in a warning. */
function instrumentWhenLoaded(
  name: string,
  main: string,
  listener: WarningListener,
  instrumentCopy: (exports: object) => Instrumentation,
): (() => void)[] {
  const removals: (() => void)[] = [];
  const unhook = onPackageLoad(name, main, (exports) => {
    try {
      const copy = instrumentCopy(exports);
      removals.push(() => copy.uninstall());
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
