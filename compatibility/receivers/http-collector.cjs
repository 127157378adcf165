const events = require('node:events');
const http = require('node:http');
const { buffer } = require('node:stream/consumers');
const { gunzipSync } = require('node:zlib');

const { Arrivals } = require('./arrivals.cjs');

/**
 * An HTTP server on loopback that takes what a reporter sends.
 *
 * @param decode makes a list of spans from a request's body and url
 * @param answer the status and body of every response
 */
exports.startHttpCollector = async function startHttpCollector(decode, answer = { status: 202, body: '' }) {
  const spans = new Arrivals();
  const server = http.createServer((request, response) => {
    void buffer(request).then((sent) => {
      const body = request.headers['content-encoding'] === 'gzip' ? gunzipSync(sent) : sent;
      // Not before the answer has left: who waits for the spans closes the connection.
      response.writeHead(answer.status).end(answer.body, () => spans.add(...decode(body, request.url)));
    });
  });
  server.listen(0, '127.0.0.1');
  await events.once(server, 'listening');
  return {
    spans,
    port: server.address().port,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
};
