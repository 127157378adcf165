import { expect, it } from 'vitest';

import { ZoneScopeManager } from './zone.ts';

it('ZoneScopeManager says what to import where zone.js is not loaded', () => {
  expect(() => new ZoneScopeManager()).toThrow("import 'zone.js'");
});
