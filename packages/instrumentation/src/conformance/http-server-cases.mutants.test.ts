import { beforeAll, describe, expect, it } from 'vitest';

import { DEADLINE_MILLIS, idle, type MutantTable, mutantTable, printed } from './fixtures/mutant-table.ts';
import { plainHttpServer, soundServerSteps } from './fixtures/plain-http-server.ts';
import { serverMutants } from './fixtures/server-mutants.ts';
import { httpServerCases } from './http-server-cases.ts';

describe('the requirements on server adapters', () => {
  let table: MutantTable;

  beforeAll(async () => {
    const cases = Object.entries(serverMutants).map(([name, mutant]) => [
      name,
      () =>
        httpServerCases((setting) => plainHttpServer({ ...soundServerSteps, ...mutant() })(setting), {
          deadlineMillis: DEADLINE_MILLIS,
        }),
    ]);
    table = await mutantTable(Object.fromEntries(cases));
  });

  it('are not met by any mutant', () => {
    expect(Object.keys(table).filter((mutant) => table[mutant]!.length === 0)).toEqual([]);
  });

  it('each catch a mutant', () => {
    expect(idle(httpServerCases(plainHttpServer(soundServerSteps)), table)).toEqual([]);
  });

  it('catch what the table says', async () => {
    await expect(printed(table)).toMatchFileSnapshot('fixtures/server-mutants.txt');
  });
});
