import { OtlpProtobufEncoder } from '@spanwise/wire/otlp/encode';
import { SpanKind, SpanStatus, spanRecord } from '@spanwise/wire/span-record';
import type { Resource } from '@spanwise/wire/span-record';

import type { CollectorProcess } from './collector-process.ts';
import { until } from './until.ts';

/** A service of a system made for a test, and what it calls. */
export interface SampleService {
  readonly name: string;
  /** Names of services, or of databases, which are nobody's service. */
  readonly calls: readonly string[];
  readonly databases: readonly string[];
  /** In so many of the first rounds all that it answers fails. */
  readonly failing: number;
}

/**
 * A system in layers of so many services. Each calls two to four of the next layer, at times one beyond it; the last layer calls
 * databases; one service calls back to the first, as real ones do. Everybody is called by somebody.
 */
export function layeredSystem(sizes: readonly number[]): SampleService[] {
  let seed = 7;
  const below = (limit: number): number => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7f_ff_ff_ff;
    return (seed >>> 8) % limit;
  };
  const areas = ['account', 'basket', 'catalogue', 'delivery', 'invoice', 'loyalty', 'pricing', 'search', 'stock'];
  const nameOf = (layer: number, at: number): string => `${areas[(at * 5 + layer) % areas.length]}-${layer}-${at}`;
  const layers = sizes.map((size, layer) => Array.from({ length: size }, (_, at) => nameOf(layer, at)));
  const last = layers.length - 1;
  return layers.flatMap((names, layer) =>
    names.map((name, at): SampleService => {
      const calls = new Set<string>();
      const next = layers[layer + 1] ?? [];
      // Shared out first, so that everybody is called.
      for (let other = at; other < next.length; other += names.length) calls.add(next[other]!);
      for (let more = 1 + below(3); more > 0 && next.length > 0; more--) calls.add(next[below(next.length)]!);
      const beyond = layers[layer + 2];
      if (beyond !== undefined && below(5) === 0) calls.add(beyond[below(beyond.length)]!);
      if (layer === last && at === 0) calls.add(layers[0]![0]!);
      const failing = (at * 7 + layer) % 23 === 0 ? 20 : 0;
      return { name, calls: [...calls], databases: layer === last ? [`db-${at % 4}`] : [], failing };
    }),
  );
}

/**
 * Sends what each service did at the instants given: one request that it answered, and the calls that it took, each in 2 to 60 ms.
 * Waits until the collector counts them.
 */
export async function sendSystem(
  collector: CollectorProcess,
  system: readonly SampleService[],
  instantsMicros: readonly number[],
): Promise<void> {
  const encoder = new OtlpProtobufEncoder();
  const resources = new Map<string, Resource>();
  for (const { name } of system)
    resources.set(name, { serviceName: name, attributes: [], droppedAttributesCount: 0, schemaUrl: '' });
  const failing = new Map(system.map(({ name, failing }) => [name, failing]));
  let spans = 0;
  for (const [round, instant] of instantsMicros.entries()) {
    for (const [at, service] of system.entries()) {
      const traceId3 = 1 + round * system.length + at;
      const { name, calls, databases } = service;
      const add = (id: number, parent: number, of: string, kind: SpanKind, rest: object): void => {
        spans++;
        const place = { startMicros: instant + at, durationNanos: (2 + ((at * 13 + round * 7) % 58)) * 1e6 };
        const failed = kind === SpanKind.server && round < (failing.get(of) ?? 0);
        encoder.add(
          spanRecord({
            ...place,
            traceId3,
            spanId1: id,
            parentId1: parent,
            name: `GET /${of}`,
            kind,
            status: failed ? SpanStatus.error : SpanStatus.unset,
            resource: resources.get(of)!,
            ...rest,
          }),
        );
      };
      add(1, 0, name, SpanKind.server, {});
      for (const [index, callee] of calls.entries()) {
        add(10 + index * 2, 1, name, SpanKind.client, { name: `GET /${callee}` });
        add(11 + index * 2, 10 + index * 2, callee, SpanKind.server, {});
      }
      for (const [index, database] of databases.entries())
        add(100 + index, 1, name, SpanKind.client, {
          name: 'SELECT',
          attributes: ['db.type', 'sql', 'db.name', database],
        });
    }
  }
  const response = await fetch(`${collector.otlpUrl}/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-protobuf' },
    body: encoder.take() as Uint8Array<ArrayBuffer>,
  });
  if (!response.ok) throw new Error(`the collector answered ${response.status}: ${await response.text()}`);
  await until('every span is counted', async () => ((await counted(collector)) === spans ? true : undefined));
}

/** Nothing while the store cannot tell. */
async function counted(collector: CollectorProcess): Promise<number | undefined> {
  const answer = await fetch(`${collector.mainUrl}/api/spanwise/v1/services/statistics?startMicros=0&steps=1`);
  if (answer.status === 503) return undefined;
  if (!answer.ok) throw new Error(`the collector answered ${answer.status}: ${await answer.text()}`);
  const { statistics } = (await answer.json()) as { statistics: { count: number }[] };
  return statistics.reduce((sum, { count }) => sum + count, 0);
}
