import { monitorEventLoopDelay } from 'node:perf_hooks';

/**
 * The part that all servers of the row have in common: they listen, and on request tell what a stretch of time has cost.
 * The parent sends `{ window: 'open' }` and `{ window: 'close' }`; the answer to the latter is
 * `{ requests, loopDelayP99Millis, cpuMicrosPerRequest }`, sent when `flush` is done.
 *
 * @param http as required by the contender, after whatever it does to it
 * @param wrap goes round the handler, for the server that only enters an AsyncLocalStorage
 */
export function serve(http, { wrap = (handler) => handler, flush = async () => {} } = {}) {
  let requests = 0;
  const body = JSON.stringify({ id: 42, item: 'kettle', amount: 1, price: { currency: 'EUR', cents: 3490 } });
  const server = http.createServer(
    wrap((request, response) => {
      requests++;
      response.setHeader('content-type', 'application/json');
      response.end(body);
    }),
  );
  const delay = monitorEventLoopDelay({ resolution: 1 });
  let cpu = process.cpuUsage();
  process.on('message', async ({ window }) => {
    if (window === 'open') {
      requests = 0;
      cpu = process.cpuUsage();
      delay.reset();
      delay.enable();
      return;
    }
    delay.disable();
    const used = process.cpuUsage(cpu);
    const report = {
      requests,
      loopDelayP99Millis: delay.percentile(99) / 1e6,
      cpuMicrosPerRequest: (used.user + used.system) / requests,
    };
    await flush();
    process.send(report);
  });
  process.once('disconnect', () => process.exit(0));
  server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));
}
