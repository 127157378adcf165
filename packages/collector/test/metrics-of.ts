import type { RunningCollector } from './running-collector.ts';

/** The lines of `/metrics`. */
export async function metricsOf({ main }: RunningCollector): Promise<string[]> {
  return (await (await fetch(`${main}/metrics`)).text()).split('\n');
}

/** The line that counts requests or datagrams of a protocol by their status. */
export function requests(protocol: string, status: number, count = 1): string {
  return `spanwise_ingest_requests_total{protocol="${protocol}",status="${status}"} ${count}`;
}
