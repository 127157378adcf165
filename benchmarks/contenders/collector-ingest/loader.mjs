// Sends prebuilt bodies as fast as a server takes them: `node loader.mjs '{ url, format, connections, warmUpSeconds, seconds }'`.
// Prints `{"measuring":true}` when the warm-up is over, then `{ accepted, refused, failed, seconds }`: spans accepted within
// the measured seconds, and requests answered by 429 (waited out as Retry-After says) and not answered by a 2xx otherwise.
import http from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

import { RequestBody, spansPerBody } from './request-bodies.mjs';

const bodiesPerConnection = 8;
const pauseAfterFailureMillis = 100;

const { url, format, connections, warmUpSeconds, seconds } = JSON.parse(process.argv[2]);
const counts = { accepted: 0, refused: 0, failed: 0 };
let serial = Math.floor(Math.random() * 2 ** 31);

/** One connection, one request at a time. */
class Worker {
  #agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  #bodies;

  /** @param service number of the service that sends over this connection */
  constructor(service) {
    this.#bodies = Array.from({ length: bodiesPerConnection }, () => new RequestBody(format, service));
  }

  async run() {
    for (let turn = 0; performance.now() < closes; turn++) await this.#send(this.#bodies[turn % bodiesPerConnection]);
    this.#agent.destroy();
  }

  async #send(body) {
    body.renew((serial = (serial + 1) >>> 0));
    const response = await this.#post(body).catch(() => undefined);
    if (performance.now() >= closes) return;
    if (response?.status === 429) {
      counts.refused++;
      await delay(Math.min(response.retryAfterSeconds * 1000, closes - performance.now()));
    } else if (response?.status >= 200 && response?.status < 300) {
      counts.accepted += spansPerBody;
    } else {
      counts.failed++;
      await delay(pauseAfterFailureMillis);
    }
  }

  #post(body) {
    return new Promise((resolve, reject) => {
      const headers = { 'content-type': body.contentType, 'content-length': body.bytes.length };
      const request = http.request(url, { method: 'POST', agent: this.#agent, headers }, (response) => {
        response.once('error', reject).once('end', () => {
          resolve({ status: response.statusCode, retryAfterSeconds: Number(response.headers['retry-after'] ?? 1) });
        });
        response.resume();
      });
      request.once('error', reject).end(body.bytes);
    });
  }
}

const workers = Array.from({ length: connections }, (_, service) => new Worker(service));
const opens = performance.now() + warmUpSeconds * 1000;
const closes = opens + seconds * 1000;
const done = Promise.all(workers.map((worker) => worker.run()));
await delay(opens - performance.now());
Object.assign(counts, { accepted: 0, refused: 0, failed: 0 });
console.log('{"measuring":true}');
await done;
console.log(JSON.stringify({ ...counts, seconds }));
process.exit(0);
