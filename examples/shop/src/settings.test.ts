import { describe, expect, it } from 'vitest';

import { parseSettings, UsageError } from './settings.ts';

describe('parseSettings', () => {
  it('runs until Ctrl-C, with two faults, four requests a second', () => {
    expect(parseSettings([], '/data')).toEqual({
      forMillis: undefined,
      faults: ['n-plus-one', 'retry'],
      requestsPerSecond: 4,
      port: 0,
      collectorArguments: ['--data-dir', '/data'],
    });
  });

  it('hands ports and the data directory to the collector', () => {
    const settings = parseSettings(['--port-main', '9500', '--port-otlp-http', 'x', '--data-dir', '/d'], '/data');
    expect(settings).toMatchObject({
      collectorArguments: ['--data-dir', '/d', '--port-main', '9500', '--port-otlp-http', 'x'],
    });
  });

  it.each([
    ['1ms', 1],
    ['30s', 30_000],
    ['1.5m', 90_000],
    ['1h', 3_600_000],
  ])('reads --for %s', (text, millis) => {
    expect(parseSettings(['--for', text], '/data')).toMatchObject({ forMillis: millis });
  });

  it.each([['0s'], ['30'], ['-1s'], ['s'], ['25d'], ['600h']])('refuses --for %s and shows it', (text) => {
    expect(() => parseSettings([`--for=${text}`], '/data')).toThrow(UsageError);
    expect(() => parseSettings([`--for=${text}`], '/data')).toThrow(text);
  });

  it.each([
    ['1', 1],
    ['200', 200],
  ])('takes a rate of %s', (text, requestsPerSecond) => {
    expect(parseSettings(['--rate', text], '/data')).toMatchObject({ requestsPerSecond });
  });

  it.each([['0.9'], ['201'], ['fast']])('refuses a rate of %s', (text) => {
    expect(() => parseSettings(['--rate', text], '/data')).toThrow(`"${text}"`);
  });

  it.each([
    [['--fault', 'none'], []],
    [['--fault', 'retry'], ['retry']],
    [
      ['--fault', 'slow-consumer,event-loop'],
      ['slow-consumer', 'event-loop'],
    ],
    [
      ['--fault', 'event-loop', '--fault=long-transaction'],
      ['long-transaction', 'event-loop'],
    ],
    [['--fault', 'retry,retry'], ['retry']],
  ])('plants with %j the faults %j, and no others', (args, planted) => {
    expect(parseSettings(args, '/data')).toMatchObject({ faults: planted });
  });

  it.each([
    ['n+1', '"n+1"'],
    ['', '""'],
    ['retry,nothing', '"nothing"'],
    ['none,retry', '"none,retry"'],
  ])('refuses the fault %s and shows it', (text, shown) => {
    expect(() => parseSettings([`--fault=${text}`], '/data')).toThrow(UsageError);
    expect(() => parseSettings([`--fault=${text}`], '/data')).toThrow(shown);
  });

  it.each([
    ['0', 0],
    ['65535', 65_535],
  ])('takes the port %s for its page', (text, port) => {
    expect(parseSettings(['--port-shop', text], '/data')).toMatchObject({ port });
  });

  it.each([['65536'], ['-1'], ['http'], ['']])('refuses the port %s and shows it', (text) => {
    expect(() => parseSettings([`--port-shop=${text}`], '/data')).toThrow(`"${text}"`);
  });

  it('refuses what it does not know', () => {
    expect(() => parseSettings(['--disable-fault'], '/data')).toThrow(UsageError);
  });
});
