import { expect, it } from 'vitest';

import { parseSamplingStrategy } from './sampling-strategy.ts';

it.each<[string, unknown, object]>([
  [
    'a share',
    { strategyType: 'PROBABILISTIC', probabilisticSampling: { samplingRate: 0.5 } },
    { kind: 'probabilistic', probability: 0.5 },
  ],
  [
    'a share, as Jaeger before 1.0 wrote it',
    { strategyType: 0, probabilisticSampling: { samplingRate: 1 }, rateLimitingSampling: null },
    { kind: 'probabilistic', probability: 1 },
  ],
  ['a share of 0, which proto3 leaves out', { probabilisticSampling: {} }, { kind: 'probabilistic', probability: 0 }],
  [
    'a limit',
    { strategyType: 'RATE_LIMITING', rateLimitingSampling: { maxTracesPerSecond: 7 } },
    { kind: 'rateLimiting', maxTracesPerSecond: 7 },
  ],
  [
    'a limit beside a share, by its number',
    { strategyType: 1, rateLimitingSampling: {}, probabilisticSampling: { samplingRate: 1 } },
    { kind: 'rateLimiting', maxTracesPerSecond: 0 },
  ],
  [
    'a limit without a type',
    { rateLimitingSampling: { maxTracesPerSecond: 7 } },
    { kind: 'rateLimiting', maxTracesPerSecond: 7 },
  ],
  [
    'shares by operation before all others',
    {
      strategyType: 'PROBABILISTIC',
      probabilisticSampling: { samplingRate: 1 },
      operationSampling: {
        defaultSamplingProbability: 0.25,
        defaultLowerBoundTracesPerSecond: 0.1,
        defaultUpperBoundTracesPerSecond: 9,
        perOperationStrategies: [
          { operation: 'get', probabilisticSampling: { samplingRate: 0.5 } },
          { operation: 'put', probabilisticSampling: {} },
        ],
      },
    },
    {
      kind: 'perOperation',
      rates: {
        probabilities: new Map([
          ['get', 0.5],
          ['put', 0],
        ]),
        otherProbability: 0.25,
        minTracesPerSecond: 0.1,
      },
    },
  ],
  [
    'operations of which there are none',
    { operationSampling: {} },
    { kind: 'perOperation', rates: { probabilities: new Map(), otherProbability: 0, minTracesPerSecond: 0 } },
  ],
])('reads %s', (_, response, strategy) => {
  expect(parseSamplingStrategy(JSON.stringify(response))).toEqual(strategy);
});

it.each<[string, string]>([
  ['', 'JSON'],
  ['<html>', 'JSON'],
  ['null', 'the answer is no object'],
  ['[]', 'the answer is no object'],
  ['{}', 'the answer has no strategy'],
  ['{"strategyType":"PROBABILISTIC"}', 'the answer has no strategy'],
  ['{"probabilisticSampling":1}', 'probabilisticSampling is no object'],
  ['{"probabilisticSampling":{"samplingRate":1.01}}', 'samplingRate is no number from 0 to 1'],
  ['{"probabilisticSampling":{"samplingRate":-0.01}}', 'samplingRate is no number from 0 to 1'],
  ['{"probabilisticSampling":{"samplingRate":"1"}}', 'samplingRate is no number from 0 to 1'],
  ['{"probabilisticSampling":{"samplingRate":null}}', 'samplingRate is no number from 0 to 1'],
  ['{"rateLimitingSampling":{"maxTracesPerSecond":-1}}', 'maxTracesPerSecond is no number from 0'],
  ['{"rateLimitingSampling":{"maxTracesPerSecond":1e999}}', 'maxTracesPerSecond is no number from 0'],
  ['{"operationSampling":[]}', 'operationSampling is no object'],
  ['{"operationSampling":{"perOperationStrategies":{}}}', 'perOperationStrategies is no array'],
  ['{"operationSampling":{"perOperationStrategies":[1]}}', 'perOperationStrategies is no object'],
  ['{"operationSampling":{"perOperationStrategies":[{"operation":1}]}}', 'operation is no text'],
  ['{"operationSampling":{"perOperationStrategies":[{"operation":"a"}]}}', 'perOperationStrategies is no object'],
  ['{"operationSampling":{"defaultSamplingProbability":2}}', 'defaultSamplingProbability is no number from 0 to 1'],
  ['{"operationSampling":{"defaultLowerBoundTracesPerSecond":-1}}', 'defaultLowerBoundTracesPerSecond is no number'],
])('refuses %s', (body, message) => {
  expect(() => parseSamplingStrategy(body)).toThrow(message);
});
