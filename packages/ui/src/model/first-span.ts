import type { CollectorAnswer } from '@spanwise/wire/query';

/** Where the first span can be sent to. */
export interface FirstSpanAddresses {
  /** The base address of OTLP over HTTP; `undefined` when the collector takes none. */
  readonly otlp: string | undefined;
  /** The whole address of Zipkin's API. */
  readonly zipkin: string;
  /**
   * The shell line that starts a Node.js application with tracing; `undefined` when the collector takes no OTLP, which
   * is all that it sends.
   */
  readonly node: string | undefined;
  /** The page came through a tunnel or a proxy: these addresses hold where the collector runs, and maybe not here. */
  readonly isElsewhere: boolean;
}

/** Where `@spanwise/node` sends spans when nobody says otherwise. */
const nodeDefault = 'http://127.0.0.1:4318';
const nodeLine = 'node --import @spanwise/node/register app.js';

/**
 * Addresses for senders: the ports are those that the collector told. When the page came from the collector itself, the
 * host is the one that it was opened with, because that is known to lead there.
 */
export function firstSpanAddresses(
  { receivers }: CollectorAnswer,
  location: Pick<Location, 'protocol' | 'hostname' | 'port'>,
): FirstSpanAddresses {
  const zipkin = new URL(receivers.zipkin);
  const isElsewhere = location.protocol !== zipkin.protocol || location.port !== zipkin.port;
  const seen = (address: string): URL => {
    const url = new URL(address);
    if (!isElsewhere) url.hostname = nameForPrograms(location.hostname);
    return url;
  };
  const otlp = receivers.otlpHttp === null ? undefined : seen(receivers.otlpHttp).origin;
  return {
    otlp,
    zipkin: seen(receivers.zipkin).href,
    node: otlp === undefined ? undefined : nodeLineFor(otlp, receivers.otlpHttp),
    isElsewhere,
  };
}

/** Browsers resolve `anything.localhost` by themselves; other programs may not. */
function nameForPrograms(hostname: string): string {
  return hostname.endsWith('.localhost') ? 'localhost' : hostname;
}

/** `bound` is what the collector listens at; there its own default needs no saying. */
function nodeLineFor(otlp: string, bound: string | null): string {
  return bound?.startsWith(`${nodeDefault}/`) ? nodeLine : `SPANWISE_OTLP_ENDPOINT=${otlp} ${nodeLine}`;
}

/** A shell line that sends one span which ends now. `endpoint` is a base address. */
export function curlOtlp(endpoint: string, nowMillis: number): string {
  const span = {
    traceId: idFrom(nowMillis, 32),
    spanId: idFrom(nowMillis, 16),
    name: 'hello',
    kind: 1,
    startTimeUnixNano: `${nowMillis - 120}000000`,
    endTimeUnixNano: `${nowMillis}000000`,
  };
  const service = { key: 'service.name', value: { stringValue: 'curl' } };
  const body = { resourceSpans: [{ resource: { attributes: [service] }, scopeSpans: [{ spans: [span] }] }] };
  return `curl -H 'content-type: application/json' -d '${JSON.stringify(body)}' ${endpoint}/v1/traces`;
}

/** The same by Zipkin's API. `address` is the whole one. */
export function curlZipkin(address: string, nowMillis: number): string {
  const span = {
    traceId: idFrom(nowMillis + 1, 32),
    id: idFrom(nowMillis + 1, 16),
    name: 'hello',
    timestamp: (nowMillis - 120) * 1000,
    duration: 120_000,
    localEndpoint: { serviceName: 'curl' },
  };
  return `curl -H 'content-type: application/json' -d '${JSON.stringify([span])}' ${address}`;
}

function idFrom(millis: number, digits: number): string {
  return millis.toString(16).padStart(digits, '5');
}
