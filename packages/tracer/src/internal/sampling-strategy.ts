import type { OperationRates } from './operation-samplers.ts';

/** What a Jaeger backend asks a service to sample. */
export type SamplingStrategy =
  | { readonly kind: 'probabilistic'; readonly probability: number }
  | { readonly kind: 'rateLimiting'; readonly maxTracesPerSecond: number }
  | { readonly kind: 'perOperation'; readonly rates: OperationRates };

type Fields = Readonly<Record<string, unknown>>;

/**
 * Reads a `SamplingStrategyResponse` in JSON. Which strategy is there counts, `operationSampling` first; `strategyType`
 * is looked at only when both others are, because backends disagree about it (text, number, absent). As in proto3's
 * JSON, a number that is absent is 0.
 *
 * Throws an `Error` that names the field for whatever else it is.
 *
 * Source: jaeger-idl, `proto/api_v2/sampling.proto`.
 */
export function parseSamplingStrategy(body: string): SamplingStrategy {
  const response = fields('the answer', JSON.parse(body) as unknown);
  const { strategyType, probabilisticSampling, rateLimitingSampling, operationSampling } = response;
  if (isPresent(operationSampling)) return { kind: 'perOperation', rates: ratesOf(operationSampling) };
  const isLimiting =
    isPresent(rateLimitingSampling) && (isRateLimiting(strategyType) || !isPresent(probabilisticSampling));
  if (isLimiting) {
    const { maxTracesPerSecond } = fields('rateLimitingSampling', rateLimitingSampling);
    return { kind: 'rateLimiting', maxTracesPerSecond: rate('maxTracesPerSecond', maxTracesPerSecond) };
  }
  if (!isPresent(probabilisticSampling)) throw new Error('the answer has no strategy');
  return { kind: 'probabilistic', probability: probabilityOf('probabilisticSampling', probabilisticSampling) };
}

function isPresent(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function isRateLimiting(strategyType: unknown): boolean {
  return strategyType === 'RATE_LIMITING' || strategyType === 1;
}

function ratesOf(operationSampling: unknown): OperationRates {
  const given = fields('operationSampling', operationSampling);
  const strategies: unknown = given['perOperationStrategies'] ?? [];
  if (!Array.isArray(strategies)) throw new Error('perOperationStrategies is no array');
  const probabilities = new Map<string, number>();
  for (const strategy of strategies as unknown[]) {
    const { operation = '', probabilisticSampling } = fields('perOperationStrategies', strategy);
    if (typeof operation !== 'string') throw new Error('operation is no text');
    probabilities.set(operation, probabilityOf('perOperationStrategies', probabilisticSampling));
  }
  return {
    probabilities,
    otherProbability: probability('defaultSamplingProbability', given['defaultSamplingProbability']),
    minTracesPerSecond: rate('defaultLowerBoundTracesPerSecond', given['defaultLowerBoundTracesPerSecond']),
  };
}

function probabilityOf(field: string, strategy: unknown): number {
  return probability('samplingRate', fields(field, strategy)['samplingRate']);
}

function probability(field: string, value: unknown = 0): number {
  if (typeof value === 'number' && value >= 0 && value <= 1) return value;
  throw new Error(`${field} is no number from 0 to 1`);
}

function rate(field: string, value: unknown = 0): number {
  if (typeof value === 'number' && value >= 0 && value < Number.POSITIVE_INFINITY) return value;
  throw new Error(`${field} is no number from 0`);
}

function fields(field: string, value: unknown): Fields {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields;
  throw new Error(`${field} is no object`);
}
