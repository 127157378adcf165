import type { InstrumentationScope } from '../span-record.ts';
import { emptyScope } from '../span-record.ts';

/** One object for each scope that spans of formats without scopes name by tags: name and version are all there is. */
export class NamedScopes {
  readonly #scopes: Map<string, InstrumentationScope> = new Map();

  get(name: string, version: string): InstrumentationScope {
    if (name === '' && version === '') return emptyScope;
    const key = JSON.stringify([name, version]);
    let scope = this.#scopes.get(key);
    if (scope === undefined) {
      scope = { ...emptyScope, name, version };
      this.#scopes.set(key, scope);
    }
    return scope;
  }
}
