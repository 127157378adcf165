import { expect, it } from 'vitest';

import { httpPath } from './http-path.ts';

it.each<[Record<string, unknown>, string | undefined]>([
  [{ 'url.path': '/a' }, '/a'],
  [{ 'http.target': '/a?b=/c' }, '/a'],
  [{ 'http.path': '/a#b' }, '/a'],
  [{ 'http.url': 'http://host:80/a/b?c' }, '/a/b'],
  [{ 'url.full': 'https://user@host/a#b?c' }, '/a'],
  [{ 'http.url': 'http://host' }, '/'],
  [{ 'http.url': 'http://host?a=/b' }, '/'],
  [{ 'http.url': '/a?next=http://host/b' }, '/a'],
  [{ 'http.url': '*' }, '*'],
  [{ 'url.path': '', 'http.url': 'http://host/a' }, '/a'],
  [{ 'url.path': 7, 'http.url': 'http://host/a' }, '/a'],
  [{ 'http.url': 'http://host/a', 'http.target': '/b' }, '/b'],
  [{}, undefined],
  [{ 'http.url': {} }, undefined],
])('of %j is %s', (tags, path) => {
  expect(httpPath(tags)).toBe(path);
});
