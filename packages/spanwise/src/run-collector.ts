import { resolveConfig, startConfigured } from '@spanwise/collector';
import type { Collector, CollectorAddresses, CollectorConfig, ConfigSource } from '@spanwise/collector';

import { stopSignal } from './stop-signal.ts';
import { version } from './version.ts';

/**
 * Starts collector and page, says where they are, and ends cleanly at SIGINT, SIGTERM or SIGHUP, also in the middle of
 * the start. A parent with an IPC channel gets `{ ready }`, the addresses by port name as JSON.
 *
 * @throws {ConfigError} for wrong settings.
 * @throws {CollectorStartError} when a port cannot be had.
 */
export async function runCollector(sources: readonly ConfigSource[]): Promise<void> {
  const config = resolveConfig(sources);
  const stop = stopSignal(() => console.error('spanwise: ending; once more ends at once'));
  const collector = await startUnlessStopped(config, stop);
  if (collector === undefined) return;
  console.log(welcome(collector.addresses, config));
  process.send?.({ ready: JSON.stringify(collector.addresses) });
  await aborted(stop);
  await collector.close();
}

async function startUnlessStopped(config: CollectorConfig, signal: AbortSignal): Promise<Collector | undefined> {
  try {
    return await startConfigured(config, { signal });
  } catch (error) {
    if (signal.aborted && error === signal.reason) return undefined;
    throw error;
  }
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
}

function welcome(addresses: CollectorAddresses, { dataDir }: CollectorConfig): string {
  const { main, 'otlp-http': otlpHttp, 'otlp-grpc': otlpGrpc, 'jaeger-http': jaegerHttp } = addresses;
  const { 'jaeger-compact': compact, 'jaeger-binary': binary } = addresses;
  const agents = [compact && `${compact} (compact)`, binary && `${binary} (binary)`].filter(Boolean).join(', ');
  const lines = [
    main === undefined ? undefined : `  page           ${main}`,
    otlpHttp === undefined ? undefined : `  send OTLP      ${otlpHttp}/v1/traces`,
    otlpGrpc === undefined ? undefined : `  over gRPC      ${otlpGrpc}`,
    main === undefined ? undefined : `  send Zipkin    ${main}/api/v2/spans`,
    jaegerHttp === undefined ? undefined : `  send Jaeger    ${jaegerHttp}/api/traces`,
    agents === '' ? undefined : `  by UDP         ${agents}`,
    `  spans kept in  ${dataDir}`,
  ];
  return `Spanwise ${version}\n\n${lines.filter((line) => line !== undefined).join('\n')}\n\nCtrl-C ends it.`;
}
