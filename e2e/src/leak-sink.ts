// What takes spans in the leak soak: every body is read and acknowledged, and nothing is kept. The port as argument.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const server = createServer((request, response) => {
  request.resume();
  request.once('end', () => response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end());
});
server.listen(Number(process.argv[2] ?? 0), '127.0.0.1', () => {
  process.send?.((server.address() as AddressInfo).port);
});
// Whoever started it is gone.
process.once('disconnect', () => process.exit(0));
