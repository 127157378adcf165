// Takes OTLP over HTTP and counts what arrives. The parent sends `'count'` and gets `{ spans }` since it last asked.
import http from 'node:http';

import { scanOtlpProtobuf } from '@spanwise/wire/otlp/decode';

let spans = 0;
const server = http.createServer((request, response) => {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    spans += scanOtlpProtobuf(Buffer.concat(chunks)).spanCount;
    response.setHeader('content-type', 'application/x-protobuf');
    response.end();
  });
});
process.on('message', () => {
  process.send({ spans });
  spans = 0;
});
process.once('disconnect', () => process.exit(0));
server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));
