/** What a browser behind a proxy sends: fourteen headers that are no business of tracing. */
export const otherHeaders = Object.freeze({
  host: 'shop.example:8443',
  connection: 'keep-alive',
  'user-agent': 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36',
  accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',
  'accept-encoding': 'gzip, deflate, br, zstd',
  'accept-language': 'en-GB,en;q=0.9,zh-CN;q=0.8',
  'cache-control': 'no-cache',
  'content-type': 'application/json',
  'content-length': '412',
  cookie: 'session=6f1f2c9d8b; theme=dark',
  origin: 'https://shop.example:8443',
  referer: 'https://shop.example:8443/orders',
  'x-forwarded-for': '192.0.2.17, 198.51.100.4',
  'x-request-id': 'c0ffee42-0000-4000-8000-000000000000',
});

const sets = 16;

/** Sixteen requests in turn, so that nobody is served from a cache of one. `make(n)` gives the tracing headers of the n-th. */
export function requests(make) {
  return Array.from({ length: sets }, (_, at) => ({ ...otherHeaders, ...make(ids(at)) }));
}

/** Requests whose one tracing header is malformed, each in another way. */
export function malformedRequests(name, values) {
  return Array.from({ length: sets }, (_, at) => ({ ...otherHeaders, [name]: values[at % values.length] }));
}

/** Fixed ids with letters and digits in every part. */
function ids(at) {
  const tail = ((at * 0x9e3779b1) >>> 0).toString(16).padStart(8, '0');
  return { traceId: `4bf92f3577b34da6a3ce929d${tail}`, spanId: `00f067aa${tail}` };
}

export const malformedTraceparents = [
  '00-4bf92f3577b34da6a3ce929d0e0e473-00f067aa0ba902b7-01',
  '00-4bf92f3577b34da6a3ce929d0e0e47zz-00f067aa0ba902b7-01',
  '00-00000000000000000000000000000000-00f067aa0ba902b7-01',
  'ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
];

export const malformedB3 = [
  '4bf92f3577b34da6a3ce929d0e0e473-00f067aa0ba902b7-1',
  '4bf92f3577b34da6a3ce929d0e0e47zz-00f067aa0ba902b7-1',
  '00000000000000000000000000000000-00f067aa0ba902b7-1',
  '4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-7',
];

export const traceparent = ({ traceId, spanId }) => ({ traceparent: `00-${traceId}-${spanId}-01` });
export const b3 = ({ traceId, spanId }) => ({ b3: `${traceId}-${spanId}-1` });
export const b3Multi = ({ traceId, spanId }) => ({
  'x-b3-traceid': traceId,
  'x-b3-spanid': spanId,
  'x-b3-sampled': '1',
});
