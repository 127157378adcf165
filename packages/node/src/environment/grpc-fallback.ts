import { parseAddress, shownAddress } from './address.ts';
import { BOOLEAN_FIX, parseBoolean } from './boolean.ts';
import type { Variables } from './variables.ts';

const INSECURE = ['OTEL_EXPORTER_OTLP_TRACES_INSECURE', 'OTEL_EXPORTER_OTLP_INSECURE'];
const DEFAULT_ADDRESS = 'http://127.0.0.1:4318/v1/traces';

/**
 * Where the backend of a gRPC endpoint takes OTLP/HTTP: port 4318 where gRPC has 4317, and the path of traces. gRPC's
 * endpoints may have no scheme; they are encrypted unless `…_INSECURE` is true, and so is what replaces them.
 *
 * Source: OpenTelemetry specification 1.x, "OTLP Exporter Configuration"; OTLP specification, "OTLP/HTTP Default Port".
 */
export function parseGrpcEndpoint(variables: Variables): (value: string) => URL | undefined {
  return (value) => {
    const url = parseAddress(value.includes('://') ? value : `${schemeOf(variables)}://${value}`);
    if (url?.port === '4317') url.port = '4318';
    if (url?.pathname.endsWith('/v1/traces') === false) url.pathname = `${url.pathname.replace(/\/$/, '')}/v1/traces`;
    return url;
  };
}

function schemeOf(variables: Variables): 'http' | 'https' {
  return variables.read(INSECURE, parseBoolean, BOOLEAN_FIX) === true ? 'http' : 'https';
}

/**
 * Says that spans go out over HTTP, and where to.
 *
 * @param name the variable that asks for gRPC.
 */
export function warnOfGrpc(variables: Variables, name: string, url: URL | undefined): void {
  const outcome = `is not spoken here yet and OTLP/HTTP to ${shownAddress(url ?? new URL(DEFAULT_ADDRESS))} is used`;
  variables.warn(name, variables.value(name)!, 'write http/protobuf, and the endpoint of OTLP/HTTP', outcome);
}
