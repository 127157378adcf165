// The message queue: an MQTT 5 broker. It keeps messages for consumers that are away, and passes their properties on.
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';

import { Aedes } from 'aedes';

import { serveParent } from './service-life.ts';

const broker = await Aedes.createBroker();
const server = createServer(broker.handle);
server.listen(0, '127.0.0.1');
await new Promise<void>((resolve, reject) => server.once('listening', resolve).once('error', reject));
const { port } = server.address() as AddressInfo;
serveParent(`mqtt://127.0.0.1:${port}`, () => {
  server.close();
  broker.close();
});
