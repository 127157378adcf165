import { withoutSecrets } from '@spanwise/tracer';

/** Environment variables by name, as `process.env` has them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Hears what an operator should know; `console` is one. */
export interface WarningListener {
  warn(message: string): void;
}

const NOT_UNDERSTOOD = 'is not understood and the default is used';

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
    // Names come from values too, and what every object inherits ("constructor") is no variable.
    const text: unknown = this.#environment[name];
    const value = typeof text === 'string' ? text.trim() : '';
    return value === '' ? undefined : value;
  }

  /**
   * The first of these variables that is set, understood.
   *
   * @param parse gives the meaning of a value, or `undefined` for one that is wrong.
   * @param fix what to write instead, such as "write a rate from 0 to 1".
   * @param outcome what a wrong value is, and what happens instead.
   */
  read<T>(
    names: readonly string[],
    parse: (value: string, name: string) => T | undefined,
    fix: string,
    outcome: string = NOT_UNDERSTOOD,
  ): T | undefined {
    const name = this.firstSet(names);
    if (name === undefined) return undefined;
    const value = this.value(name)!;
    const parsed = parse(value, name);
    if (parsed === undefined) this.warn(name, value, fix, outcome);
    return parsed;
  }

  /**
   * Says that a variable is wrong, without the secrets in it.
   *
   * @param outcome what is wrong with it, and what happens instead.
   */
  warn(name: string, value: string, fix: string, outcome: string = NOT_UNDERSTOOD): void {
    this.note(`${name}=${shown(name, value)} ${outcome}; ${fix}`);
  }

  /** The name with the value that it has, for {@link note}, without the secrets in it. */
  shown(name: string): string {
    return `${name}=${shown(name, this.value(name) ?? '')}`;
  }

  /** Says something of several variables, which the message names itself. */
  note(message: string): void {
    this.#listener.warn(`spanwise: ${message}`);
  }
}

function shown(name: string, value: string): string {
  if (/(HEADERS|PASSWORD|TOKEN)$/.test(name)) return '(hidden)';
  return JSON.stringify(withoutSecrets(value).slice(0, 200));
}
