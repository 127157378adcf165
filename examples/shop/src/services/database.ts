// PostgreSQL in a process of its own: PGlite behind its socket, which the ordinary `pg` client talks to.
import { PGlite } from '@electric-sql/pglite';
import { PGLiteSocketServer } from '@electric-sql/pglite-socket';

import { freePort } from '../free-port.ts';
import { serveParent } from './service-life.ts';

const db = await PGlite.create();
await db.exec(`
  CREATE TABLE item (id int PRIMARY KEY, name text NOT NULL, price int NOT NULL, stock int NOT NULL);
  CREATE TABLE purchase (id uuid PRIMARY KEY, total int NOT NULL, lines jsonb NOT NULL, at timestamptz NOT NULL DEFAULT now());
  INSERT INTO item SELECT n, 'item ' || n, 100 + n * 7 % 900, 1000000 FROM generate_series(1, 200) AS n;
`);

// The socket server wants to be told its port.
const port = await freePort();
const server = new PGLiteSocketServer({ db, host: '127.0.0.1', port, maxConnections: 16 });
await server.start();
serveParent(`postgres://postgres@127.0.0.1:${port}/postgres?sslmode=disable`, async () => {
  await server.stop();
  await db.close();
  process.exit(0);
});
