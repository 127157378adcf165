/** Environment variables by name, as `process.env` has them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Hears what an operator should know; `console` is one. */
export interface WarningListener {
  warn(message: string): void;
}

/**
 * Reads settings from environment variables. What is wrong is said once, with the value and what to write instead, and
 * counts as not set: an application must start with a wrong variable.
 */
export class Variables {
  readonly #environment: Environment;
  readonly #listener: WarningListener;

  constructor(environment: Environment, listener: WarningListener) {
    this.#environment = environment;
    this.#listener = listener;
  }

  /**
   * The name of the first of these variables that is set. An empty one is not set (OpenTelemetry
   * specification, "Environment Variables").
   */
  firstSet(names: readonly string[]): string | undefined {
    return names.find((name) => this.value(name) !== undefined);
  }

  /** The value without surrounding white space; `undefined` when there is none. */
  value(name: string): string | undefined {
    const value = this.#environment[name]?.trim();
    return value === '' ? undefined : value;
  }

  /**
   * The first of these variables that is set, understood.
   *
   * @param parse gives the meaning of a value, or `undefined` for one that is wrong.
   * @param fix what to write instead, such as "write a rate from 0 to 1".
   */
  read<T>(names: readonly string[], parse: (value: string, name: string) => T | undefined, fix: string): T | undefined {
    const name = this.firstSet(names);
    if (name === undefined) return undefined;
    const value = this.value(name)!;
    const parsed = parse(value, name);
    if (parsed === undefined) this.warn(name, value, fix);
    return parsed;
  }

  /** Says that a variable is wrong. Values of `…HEADERS` are secrets, and are not shown. */
  warn(name: string, value: string, fix: string): void {
    const shown = name.endsWith('HEADERS') ? '(hidden)' : JSON.stringify(value.slice(0, 200));
    this.#listener.warn(`spanwise: ${name}=${shown} is not understood and the default is used; ${fix}`);
  }
}
