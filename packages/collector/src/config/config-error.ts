/** One setting that cannot be used: what was given, where it came from, and what to do. */
export interface ConfigProblem {
  /** Key of the setting, or the unknown key. */
  readonly key: string;
  readonly message: string;
}

/**
 * The configuration is wrong and nothing was started. `message` lists every problem, one a line, each with the value
 * that was given, where it came from, and the fix.
 */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: readonly ConfigProblem[];
  constructor(problems: readonly ConfigProblem[]) {
    super(problems.map(({ message }) => message).join('\n'));
    this.problems = problems;
  }
}
