import { beforeAll, describe, expect, it } from 'vitest';

import { DEADLINE_MILLIS, idle, type MutantTable, mutantTable, printed } from './fixtures/mutant-table.ts';
import { plainHttpClient, soundClientSteps } from './fixtures/plain-http-client.ts';
import { clientMutants } from './fixtures/client-mutants.ts';
import { httpClientCases } from './http-client-cases.ts';

describe('the requirements on client adapters', () => {
  let table: MutantTable;

  beforeAll(async () => {
    const cases = Object.entries(clientMutants).map(([name, mutant]) => [
      name,
      () =>
        httpClientCases(
          plainHttpClient(() => ({ ...soundClientSteps, ...mutant() })),
          { deadlineMillis: DEADLINE_MILLIS },
        ),
    ]);
    table = await mutantTable(Object.fromEntries(cases));
  });

  it('are not met by any mutant', () => {
    expect(Object.keys(table).filter((mutant) => table[mutant]!.length === 0)).toEqual([]);
  });

  it('each catch a mutant', () => {
    expect(idle(httpClientCases(plainHttpClient(() => soundClientSteps)), table)).toEqual([]);
  });

  it('catch what the table says', async () => {
    await expect(printed(table)).toMatchFileSnapshot('fixtures/client-mutants.txt');
  });
});
