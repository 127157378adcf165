import { expect, test } from 'vitest';

import { readVariables } from '../fixtures/read-variables.ts';
import { readExporters } from './exporters.ts';
import type { ExporterName } from './exporters.ts';

function read(value: string | undefined): { settings: readonly ExporterName[]; warnings: string[] } {
  return readVariables(readExporters, { OTEL_TRACES_EXPORTER: value });
}

test.each<[string | undefined, ExporterName[]]>([
  [undefined, ['otlp']],
  ['otlp', ['otlp']],
  ['OTLP', ['otlp']],
  ['zipkin', ['zipkin']],
  ['otlp,zipkin', ['otlp', 'zipkin']],
  ['Zipkin , otlp,zipkin', ['zipkin', 'otlp']],
  ['none', []],
  ['NONE', []],
])('OTEL_TRACES_EXPORTER=%s sends with %j', (value, settings) => {
  expect(read(value)).toEqual({ settings, warnings: [] });
});

test.each<[string, string, ExporterName[]]>([
  ['console', 'console, which', ['otlp']],
  ['logging', 'logging, which', ['otlp']],
  ['Jaeger', 'jaeger, which', ['otlp']],
  ['kafka,console', 'kafka and console, which', ['otlp']],
  ['otlp,console', 'console, which', ['otlp']],
  ['zipkin,console', 'console, which', ['zipkin']],
])('OTEL_TRACES_EXPORTER=%s warns once of %s is not here, and sends with %j', (value, missing, settings) => {
  const { warnings, ...read_ } = read(value);
  expect(read_).toEqual({ settings });
  expect(warnings).toEqual([
    `spanwise: OTEL_TRACES_EXPORTER="${value}" asks for ${missing} is not here yet, and ${settings.join(' and ')} is ` +
      'used; write otlp, zipkin, or both with a comma between them, or none',
  ]);
});

test.each(['zipkins', 'otlp;zipkin', 'none,otlp', 'otlp,', 'constructor', 'console,nowhere'])(
  'OTEL_TRACES_EXPORTER=%s warns once, and sends with OTLP',
  (value) => {
    const { settings, warnings } = read(value);
    expect(settings).toEqual(['otlp']);
    expect(warnings).toEqual([expect.stringContaining(`OTEL_TRACES_EXPORTER="${value}" is not understood`)]);
  },
);
