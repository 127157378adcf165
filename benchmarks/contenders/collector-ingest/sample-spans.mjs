import { SpanKind, SpanStatus, emptyScope, spanRecord } from '@spanwise/wire';

/** High words of every trace id in a body, by which the loader finds the low ones and replaces them. */
export const marker = [0xc0ffee00 | 0, 0x5eed5eed | 0];

const spansPerTrace = 8;
const services = ['gateway', 'orders', 'payment', 'stock', 'mail', 'search', 'users', 'audit'].map((serviceName) => ({
  serviceName,
  attributes: ['service.version', '2.7.1', 'host.name', `${serviceName}-7f9c`, 'telemetry.sdk.language', 'nodejs'],
  droppedAttributesCount: 0,
  schemaUrl: '',
}));
const scope = { ...emptyScope, name: 'bench', version: '1.0.0' };
const routes = ['/orders/:id', '/checkout', '/items', '/items/:id', '/users/:id', '/search'];

/**
 * Spans as one process of a shop sends them: traces of eight, ten attributes of all types each, an event on every
 * eighth, one in fifty failed.
 */
export function sampleSpans(count, service, random) {
  const resource = services[service % services.length];
  return Array.from({ length: count }, (_, at) => sampleSpan(at, resource, random));
}

function sampleSpan(at, resource, random) {
  const place = at % spansPerTrace;
  const trace = (at - place) / spansPerTrace;
  const startMicros = Date.now() * 1000 - Math.floor(random() * 1e6);
  const failed = random() < 0.02;
  return spanRecord({
    traceId0: marker[0],
    traceId1: marker[1],
    traceId2: 0,
    traceId3: trace,
    spanId0: trace + 1,
    spanId1: place + 1,
    ...(place === 0 ? {} : { parentId0: trace + 1, parentId1: (place >> 1) + 1 }),
    name: `GET ${routes[Math.floor(random() * routes.length)]}`,
    kind: place % 2 === 0 ? SpanKind.server : SpanKind.client,
    startMicros,
    startNanos: Math.floor(random() * 1000),
    durationNanos: Math.floor(1e5 + random() ** 4 * 1e9),
    attributes: attributes(random, failed),
    events: place === 3 ? [event(startMicros)] : [],
    status: failed ? SpanStatus.error : SpanStatus.unset,
    statusMessage: failed ? 'upstream did not answer' : '',
    resource,
    scope,
  });
}

function attributes(random, failed) {
  const user = Math.floor(random() * 10_000);
  return [
    'http.request.method',
    'GET',
    'http.route',
    routes[user % routes.length],
    'url.path',
    `/orders/${Math.floor(random() * 1e6)}`,
    'http.response.status_code',
    failed ? 502 : 200,
    'server.address',
    'shop.example',
    'server.port',
    8443,
    'user.id',
    `user-${user}`,
    'cart.value',
    Math.round(random() * 1e4) / 100 + 0.001,
    'cache.hit',
    random() < 0.7,
    'user_agent.original',
    'Mozilla/5.0 (X11; Linux x86_64) Chrome/131.0.0.0',
  ];
}

function event(timeMicros) {
  return {
    timeMicros,
    timeNanos: 0,
    name: 'cache.miss',
    attributes: ['key', 'item:42', 'age_ms', 1200],
    droppedAttributesCount: 0,
  };
}
