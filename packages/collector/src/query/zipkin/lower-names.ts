import type { SpanStore } from '../../storage/span-store.ts';

/** Names as Zipkin answers them: lower case, each once, sorted, none empty. */
export function lowerNames(names: readonly string[]): string[] {
  return [...new Set(names.map((name) => name.toLowerCase()))].filter((name) => name !== '').sort();
}

/**
 * What `read` finds for a service, whatever the case of its name: the store keeps names as they came, so `Shop` and
 * `shop` are two services there and one here.
 */
export async function ofService<T>(
  store: SpanStore,
  name: string,
  read: (service: string) => Promise<T[]>,
): Promise<T[]> {
  const wanted = name.toLowerCase();
  const services = (await store.services()).filter((service) => service.toLowerCase() === wanted);
  return (await Promise.all(services.map(read))).flat();
}
