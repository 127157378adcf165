import { parseAddress, shownAddress } from './address.ts';
import type { Variables } from './variables.ts';

/** The collector's address for HTTP; the second name is an old one. */
export const JAEGER_ENDPOINTS: readonly string[] = ['JAEGER_ENDPOINT', 'JAEGER_REPORTER_ENDPOINT'];
const HOSTS = ['JAEGER_AGENT_HOST', 'JAEGER_REPORTER_AGENT_HOST'];
const PORTS = ['JAEGER_AGENT_PORT', 'JAEGER_REPORTER_AGENT_PORT'];
const HOST_FIX = 'write a host’s name or IP address, without port';

/**
 * Where Jaeger takes OTLP/HTTP: port 4318 of the host that its variables name, unless they name an address of OTLP. The
 * Thrift that they mean, over HTTP or UDP, is not spoken here.
 *
 * Source: jaeger-client-node 3.19, `ConfigurationEnv`; Jaeger's documentation, "APIs".
 */
export function readJaegerAddress(variables: Variables): URL | undefined {
  const name = variables.firstSet(JAEGER_ENDPOINTS);
  if (name === undefined) return readAgent(variables);
  const given = variables.read([name], parseAddress, 'write an address such as http://127.0.0.1:4318/v1/traces');
  if (given === undefined || isOtlp(given)) return given;
  const url = withOtlp(given);
  const outcome = `is taken for Jaeger’s Thrift, which is not spoken here yet, and OTLP/HTTP to ${shownAddress(url)} is used`;
  variables.warn(name, variables.value(name)!, `write ${name}=${shownAddress(url)}`, outcome);
  return url;
}

function isOtlp({ port, pathname }: URL): boolean {
  return port === '4318' || /\/v1\/traces\/?$/.test(pathname);
}

function withOtlp(address: URL): URL {
  const url = new URL(address);
  [url.port, url.pathname, url.search, url.hash] = ['4318', '/v1/traces', '', ''];
  return url;
}

/** The port is that of UDP, and says nothing about HTTP's. */
function readAgent(variables: Variables): URL | undefined {
  const [host, port] = [variables.firstSet(HOSTS), variables.firstSet(PORTS)];
  if (host === undefined && port === undefined) return undefined;
  const url = host === undefined ? parseHost('127.0.0.1') : variables.read([host], parseHost, HOST_FIX);
  if (url === undefined) return undefined;
  const names = [host, port].filter((name) => name !== undefined).map((name) => variables.shown(name));
  variables.note(
    `${names.join(', ')} means Jaeger’s Thrift over UDP, which is not spoken here yet, ` +
      `and OTLP/HTTP to ${url.href} is used; write OTEL_EXPORTER_OTLP_ENDPOINT=${url.origin}`,
  );
  return url;
}

function parseHost(value: string): URL | undefined {
  if (/[/?#@\\\s]/.test(value)) return undefined;
  const isBareIpv6 = /^[0-9a-f]*:[0-9a-f:.]*:[0-9a-f.]*$/i.test(value);
  const url = parseAddress(`http://${isBareIpv6 ? `[${value}]` : value}`);
  return url?.port === '' ? withOtlp(url) : undefined;
}
