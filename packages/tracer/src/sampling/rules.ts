import { checkSampler } from '../internal/check-sampler.ts';
import { closeAll } from '../internal/close-all.ts';
import { httpPath } from '../internal/http-path.ts';
import { invalidOption } from '../internal/invalid-option.ts';
import { knownOptions } from '../internal/known-options.ts';
import type { TextPattern, TextTest } from '../internal/text-pattern.ts';
import { textTest } from '../internal/text-pattern.ts';
import type { Sampler, SamplingDecision, SamplingParent, SamplingRequest } from './sampler.ts';

/** A rule holds when all of its conditions do; it has one at least. */
export interface SamplingRule {
  /** The name that the span starts with. */
  readonly operation?: TextPattern;
  /**
   * Tags that the span starts with, and what each must be. Numbers and booleans are equal or not; patterns see them as
   * text. A tag that is not there fails the rule.
   */
  readonly tags?: Readonly<Record<string, TextPattern | number | boolean>>;
  /** The path of `url.path`, `http.target`, `http.path`, `http.url` or `url.full`, without query; the first that is there. */
  readonly path?: TextPattern;
  /** Decides on the spans for which the rule holds. */
  readonly sampler: Sampler;
}

/** The rules of a `rulesSampler`, and what decides where none holds. */
export interface RulesOptions {
  /** In order: the first that holds counts. */
  readonly rules: readonly SamplingRule[];
  /** Decides where no rule holds. */
  readonly otherwise: Sampler;
}

/**
 * Asks the sampler of the first rule that holds for the span's name, its tags and its HTTP path.
 *
 * ```ts
 * rulesSampler({
 *   rules: [
 *     { path: { prefix: '/health' }, sampler: constantSampler(false) },
 *     { tags: { 'http.method': 'POST' }, path: { glob: '/orders/*' }, sampler: constantSampler(true) },
 *     { operation: { glob: 'GET /static/*' }, sampler: probabilitySampler(0.001) },
 *   ],
 *   otherwise: probabilitySampler(0.1),
 * })
 * ```
 *
 * Only what a span starts with counts: tags that are set later, a route among them, come too late. Not for one share per
 * operation: `perOperationSampler` finds it without trying rules in turn. Wrap it in `parentBased`, or rules also decide
 * on spans within a trace.
 *
 * The sampler that is asked says what the tracestate becomes and what its weight is. Tags that throw when they are read
 * fail the rule.
 *
 * Throws a `TypeError` for a rule without a condition or a sampler, and for conditions that it does not know; it shows the rule's place and the value.
 *
 * Source: Brave's `ParameterizedSampler` and `HttpRuleSampler`.
 */
export function rulesSampler(options: RulesOptions): Sampler {
  knownOptions('rulesSampler', options, ['rules', 'otherwise']);
  if (!Array.isArray(options.rules)) {
    throw invalidOption('rulesSampler: rules', options.rules, 'must be an array, such as [{ operation, sampler }]');
  }
  const rules = options.rules.map((rule: SamplingRule, index) => compiled(`rulesSampler: rules[${index}]`, rule));
  return new RulesSampler(rules, checkSampler('rulesSampler: otherwise', options.otherwise));
}

interface CompiledRule {
  readonly operation: TextTest | undefined;
  readonly tags: readonly CompiledTag[];
  readonly path: TextTest | undefined;
  readonly sampler: Sampler;
}

interface CompiledTag {
  readonly key: string;
  readonly holds: (value: unknown) => boolean;
}

class RulesSampler implements Sampler {
  readonly followsParent: boolean = false;
  readonly #rules: readonly CompiledRule[];
  readonly #otherwise: Sampler;

  constructor(rules: readonly CompiledRule[], otherwise: Sampler) {
    this.#rules = rules;
    this.#otherwise = otherwise;
  }

  sample(request: SamplingRequest, parent: SamplingParent | undefined): SamplingDecision {
    for (const rule of this.#rules) {
      if (holds(rule, request)) return rule.sampler.sample(request, parent);
    }
    return this.#otherwise.sample(request, parent);
  }

  close(): void {
    closeAll([...this.#rules.map(({ sampler }) => sampler), this.#otherwise]);
  }
}

function holds(rule: CompiledRule, { name, tags }: SamplingRequest): boolean {
  try {
    if (rule.operation !== undefined && !rule.operation(name)) return false;
    if (rule.path === undefined && rule.tags.length === 0) return true;
    if (tags === undefined) return false;
    if (rule.path !== undefined && !pathHolds(rule.path, tags)) return false;
    for (const tag of rule.tags) if (!tag.holds(tags[tag.key])) return false;
    return true;
  } catch {
    // Getters, proxies and functions are the application's code.
    return false;
  }
}

function pathHolds(test: TextTest, tags: Readonly<Record<string, unknown>>): boolean {
  const path = httpPath(tags);
  return path !== undefined && test(path);
}

function compiled(option: string, rule: SamplingRule): CompiledRule {
  knownOptions(option, rule, ['operation', 'tags', 'path', 'sampler']);
  const { operation, tags, path, sampler } = rule;
  if (tags !== undefined && (typeof tags !== 'object' || tags === null)) {
    throw invalidOption(`${option}.tags`, tags, "must be an object, such as { 'http.method': 'GET' }");
  }
  if (operation === undefined && path === undefined && (tags === undefined || Object.keys(tags).length === 0)) {
    throw invalidOption(
      option,
      rule,
      'must have operation, tags or path (a sampler for all other spans is `otherwise`)',
    );
  }
  return {
    operation: operation === undefined ? undefined : textTest(`${option}.operation`, operation, 'text'),
    tags: Object.entries(tags ?? {}).map(([key, value]) => ({ key, holds: tagTest(`${option}.tags[${key}]`, value) })),
    path: path === undefined ? undefined : textTest(`${option}.path`, path, 'path'),
    sampler: checkSampler(`${option}.sampler`, sampler),
  };
}

function tagTest(option: string, pattern: TextPattern | number | boolean): (value: unknown) => boolean {
  if (typeof pattern === 'number' || typeof pattern === 'boolean') return (value) => value === pattern;
  const test = textTest(option, pattern, 'text');
  return (value) => {
    if (typeof value === 'string') return test(value);
    return (typeof value === 'number' || typeof value === 'boolean') && test(String(value));
  };
}
