import { resolveConfig, startConfigured } from '@spanwise/collector';
import type { CollectorAddresses, CollectorConfig, ConfigSource } from '@spanwise/collector';

import { stopSignal } from './stop-signal.ts';
import { version } from './version.ts';

/**
 * Starts collector and page, says where they are, and ends cleanly at SIGINT, SIGTERM or SIGHUP. A parent with an IPC
 * channel gets `{ ready }`, the addresses by port name as JSON.
 *
 * @throws {ConfigError} for wrong settings.
 * @throws {CollectorStartError} when a port cannot be had.
 */
export async function runCollector(sources: readonly ConfigSource[]): Promise<void> {
  const config = resolveConfig(sources);
  const stopped = stopSignal();
  const collector = await startConfigured(config);
  console.log(welcome(collector.addresses, config));
  process.send?.({ ready: JSON.stringify(collector.addresses) });
  await stopped;
  console.error('spanwise: ending; once more ends at once');
  await collector.close();
}

function welcome({ main, 'otlp-http': otlpHttp }: CollectorAddresses, { dataDir }: CollectorConfig): string {
  const lines = [
    main === undefined ? undefined : `  page           ${main}`,
    otlpHttp === undefined ? undefined : `  send OTLP      ${otlpHttp}/v1/traces`,
    main === undefined ? undefined : `  send Zipkin    ${main}/api/v2/spans`,
    `  spans kept in  ${dataDir}`,
  ];
  return `Spanwise ${version}\n\n${lines.filter((line) => line !== undefined).join('\n')}\n\nCtrl-C ends it.`;
}
