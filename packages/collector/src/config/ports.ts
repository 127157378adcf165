import type { SettingValues } from './settings.ts';

/** What is known of a port before anything listens. */
interface PortKind {
  /** As addresses are told: `--port-NAME`. */
  readonly name: string;
  readonly key: keyof SettingValues;
  readonly transport: 'tcp' | 'udp';
  /** Of the address. */
  readonly scheme: 'http' | 'udp';
  /** Whether a default that somebody else has is left out. Page and OTLP over HTTP are what people start a collector for. */
  readonly isDispensable: boolean;
}

const http = { transport: 'tcp', scheme: 'http' } as const;
const udp = { transport: 'udp', scheme: 'udp' } as const;

/**
 * Every port, in the order in which they are bound. The main port answers for all of them, so it is the last: else it
 * would call a port off that is not yet on.
 */
export const ports = [
  { name: 'otlp-http', key: 'portOtlpHttp', ...http, isDispensable: false },
  { name: 'otlp-grpc', key: 'portOtlpGrpc', ...http, isDispensable: true },
  { name: 'jaeger-http', key: 'portJaegerHttp', ...http, isDispensable: true },
  { name: 'jaeger-compact', key: 'portJaegerCompact', ...udp, isDispensable: true },
  { name: 'jaeger-binary', key: 'portJaegerBinary', ...udp, isDispensable: true },
  { name: 'main', key: 'portMain', ...http, isDispensable: false },
] as const satisfies readonly PortKind[];

export type PortName = (typeof ports)[number]['name'];
export type PortKey = (typeof ports)[number]['key'];
