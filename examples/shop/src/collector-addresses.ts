import type { StartedProcess } from './process-group.ts';

/**
 * Where a collector that was started as a child answers. Rejects with the collector's own words when it did not start.
 */
export async function collectorAddresses(collector: StartedProcess): Promise<{ pageUrl: string; otlpUrl: string }> {
  const { main, 'otlp-http': otlp } = JSON.parse(await collector.ready) as Record<string, string | undefined>;
  if (main === undefined || otlp === undefined) {
    throw new Error('the shop needs the collector’s main and otlp-http ports: do not switch them off');
  }
  return { pageUrl: main, otlpUrl: otlp };
}
