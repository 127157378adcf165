// Keeps the items, on PostgreSQL, and speaks gRPC. ListItems holds a planted fault: a query for the list, then one for each item.
import { loadPackageDefinition, Server, ServerCredentials, status } from '@grpc/grpc-js';
import type { sendUnaryData, ServerUnaryCall, ServiceClientConstructor } from '@grpc/grpc-js';
import { Pool } from 'pg';

import { isPlanted } from '../faults.ts';
import { catalogueDefinition } from './catalogue-definition.ts';
import type { Item, Line } from './catalogue-definition.ts';
import { required } from './environment.ts';
import { serveParent } from './service-life.ts';
import { sql } from './sql.ts';

const pool = new Pool({ connectionString: required('SHOP_DATABASE_URL'), max: 4 });
// A database that went away is met by the next query, not by an unhandled event.
pool.on('error', () => {});

/** Less than orders waits for its check meanwhile. */
const confirmMillis = 40;
const listed = 40;

const listItems = isPlanted('n-plus-one') ? listOneByOne : listInOneQuery;

const { shop } = loadPackageDefinition(catalogueDefinition()) as unknown as {
  shop: { Catalogue: ServiceClientConstructor };
};
const server = new Server();
server.addService(shop.Catalogue.service, {
  listItems: unary(async () => ({ items: await listItems() })),
  getItem: unary(async ({ id }: { readonly id: number }) => getItem(id)),
  reserve: unary(async ({ lines }: { readonly lines: readonly Line[] }) => {
    await reserve(lines);
    return { reserved: true };
  }),
});
const port = await new Promise<number>((resolve, reject) => {
  server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) => {
    if (error === null) resolve(bound);
    else reject(error);
  });
});
serveParent(`127.0.0.1:${port}`, () => server.tryShutdown(() => void pool.end()));

/** Why a call is refused, for the caller. */
class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly code: status;
  constructor(code: status, message: string) {
    super(message);
    this.code = code;
  }
}

function unary<Request, Answer>(
  handle: (request: Request) => Promise<Answer>,
): (call: ServerUnaryCall<Request, Answer>, answered: sendUnaryData<Answer>) => void {
  return ({ request }, answered) => {
    handle(request).then(
      (answer) => answered(null, answer),
      (error: unknown) => {
        const code = error instanceof Refusal ? error.code : status.INTERNAL;
        answered({ code, details: error instanceof Error ? error.message : String(error) });
      },
    );
  };
}

async function getItem(id: number): Promise<Item> {
  const { rows } = await pool.query<Item>(sql`SELECT id, name, price, stock FROM item WHERE id = ${id}`);
  if (rows[0] === undefined) throw new Refusal(status.NOT_FOUND, `no item ${id}`);
  return rows[0];
}

async function listInOneQuery(): Promise<Item[]> {
  const { rows } = await pool.query<Item>(sql`SELECT id, name, price, stock FROM item ORDER BY id LIMIT ${listed}`);
  return rows;
}

async function listOneByOne(): Promise<Item[]> {
  const { rows } = await pool.query<{ id: number }>(sql`SELECT id FROM item ORDER BY id LIMIT ${listed}`);
  const items: Item[] = [];
  for (const { id } of rows) items.push(await getItem(id));
  return items;
}

/** One statement for all lines, whatever their number; then the warehouse confirms, which stands for work that needs the reservation. */
async function reserve(lines: readonly Line[]): Promise<void> {
  const items = lines.map(({ item }) => item);
  const quantities = lines.map(({ quantity }) => quantity);
  await pool.query(
    sql`WITH line AS (SELECT unnest(${items}) AS id, unnest(${quantities}) AS quantity)
        UPDATE item SET stock = stock - line.quantity FROM line WHERE item.id = line.id`,
  );
  await new Promise((resolve) => setTimeout(resolve, confirmMillis));
}
