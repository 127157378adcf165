import { describe, expect, it } from 'vitest';

import { parseAge } from './parse-age.ts';
import { parseBytes } from './parse-bytes.ts';
import { parseHost } from './parse-host.ts';
import { parseOrigins } from './parse-origins.ts';
import { parsePort } from './parse-port.ts';

describe('an age', () => {
  it.each([
    ['1ms', 1],
    ['30s', 30_000],
    ['30m', 1_800_000],
    ['36h', 129_600_000],
    ['1.5h', 5_400_000],
    ['7d', 604_800_000],
    ['2W', 1_209_600_000],
    [' 7 d ', 604_800_000],
  ])('%s is %i milliseconds', (text, millis) => expect(parseAge(text)).toBe(millis));

  it.each(['', '7', '0d', '0.1ms', '-1d', '7 days', '7y', '1e3s', '999999999999w', 7, null, undefined])(
    'refuses %j',
    (value) => expect(() => parseAge(value)).toThrow('give a time with its unit'),
  );
});

describe('a size', () => {
  it.each([
    [1, 1],
    ['1', 1],
    ['512MiB', 536_870_912],
    ['10GB', 10_000_000_000],
    ['1.5kB', 1_500],
    ['2 tib', 2_199_023_255_552],
    ['9007199254740991', Number.MAX_SAFE_INTEGER],
  ])('%s is %i bytes', (value, bytes) => expect(parseBytes(value)).toBe(bytes));

  it.each(['', '0', 0, -1, 0.2, Number.NaN, '10G', 'GB', '10 gigabytes', '9007199254740992', [], null])(
    'refuses %j',
    (value) => expect(() => parseBytes(value)).toThrow('give a size'),
  );
});

describe('a port', () => {
  it.each([
    [0, 0],
    ['0', 0],
    ['9411', 9411],
    [65_535, 65_535],
    ['off', undefined],
    ['OFF', undefined],
    [false, undefined],
  ])('%j is %j', (value, port) => expect(parsePort(value)).toBe(port));

  it.each([-1, '-1', 65_536, '65536', 1.5, '9411x', '', 'on', true, null, []])('refuses %j', (value) =>
    expect(() => parsePort(value)).toThrow('give a port from 1 to 65535'),
  );
});

describe('a host', () => {
  it.each([
    ['127.0.0.1', '127.0.0.1'],
    ['127.255.255.254', '127.255.255.254'],
    ['localhost', 'localhost'],
    ['::1', '::1'],
    ['[::1]', '::1'],
  ])('%s is loopback', (value, host) => expect(parseHost(value)).toBe(host));

  it.each(['0.0.0.0', '::', '128.0.0.1', '126.255.255.255', '192.168.1.2', '::2', '::ffff:127.0.0.1'])(
    'refuses %s, which others could reach',
    (value) => expect(() => parseHost(value)).toThrow('no authentication yet'),
  );

  it.each(['', 'example.com', 'localhost.example.com', '127.0.0.1.example.com', '127.1', 5])('refuses %j', (value) =>
    expect(() => parseHost(value)).toThrow('give a loopback address'),
  );
});

describe('origins', () => {
  it.each([
    ['', []],
    ['*', ['*']],
    ['https://Shop.example/', ['https://shop.example']],
    [' http://localhost:3000 , https://shop.example,', ['http://localhost:3000', 'https://shop.example']],
    [['https://shop.example'], ['https://shop.example']],
  ])('%j is %j', (value, origins) => expect(parseOrigins(value)).toEqual(origins));

  it.each([
    'shop.example',
    'https://shop.example/path',
    'https://a.example/?b',
    'null',
    'file:///x',
    'https://u@a.example',
  ])('refuses %s', (value) => expect(() => parseOrigins(value)).toThrow(`"${value}" is no origin`));

  it('refuses what is no list', () => expect(() => parseOrigins(7)).toThrow('with commas between'));
});
