import type * as opentracing from '@spanwise/opentracing';
import type { Tag, TagValue } from '@spanwise/opentracing';

import * as logs from '../../src/ext/logs.ts';
import * as tags from '../../src/tags.ts';
import { exactly } from './exactly.ts';

// What may be set to a standard tag, to one of the application's own, and to any other key.

export function standardTags(span: opentracing.Span): void {
  span
    .setTag(tags.ERROR, true)
    .setTag(tags.COMPONENT, 'http')
    .setTag(tags.SAMPLING_PRIORITY, 1)
    .setTag(tags.SPAN_KIND, 'client')
    .setTag(tags.SPAN_KIND, tags.SPAN_KIND_RPC_SERVER)
    .setTag(tags.SPAN_KIND, tags.SPAN_KIND_MESSAGING_PRODUCER)
    .setTag(tags.SPAN_KIND, tags.SPAN_KIND_CONSUMER)
    .setTag(tags.HTTP_STATUS_CODE, 200)
    .setTag(tags.PEER_PORT, 80)
    .setTag(tags.PEER_HOST_IPV4, '127.0.0.1')
    .setTag(tags.DATABASE_STATEMENT, 'SELECT 1')
    .setTag(tags.DB_USER, 'reader');
  // @ts-expect-error -- boolean
  span.setTag(tags.ERROR, 'true');
  // @ts-expect-error -- number
  span.setTag(tags.SAMPLING_PRIORITY, true);
  // @ts-expect-error -- one of four
  span.setTag(tags.SPAN_KIND, 'internal');
  // @ts-expect-error -- number
  span.setTag(tags.HTTP_STATUS_CODE, '200');
  // @ts-expect-error -- number
  span.setTag(tags.PEER_PORT, '80');
  // @ts-expect-error -- string, by the conventions
  span.setTag(tags.PEER_HOST_IPV4, 0x7f000001);
  // @ts-expect-error -- string
  span.setTag(tags.DATABASE_TYPE, 1);
  // @ts-expect-error -- undefined is no status
  span.setTag(tags.HTTP_STATUS_CODE, undefined);
}

export function tagsOfOnesOwn(span: opentracing.Span): void {
  const size = tags.tag<number>('cart.size');
  const tier = tags.tag<'free' | 'paid'>('user.tier');
  const loose = tags.tag('anything');
  span.setTag(size, 3).setTag(tier, 'paid').setTag(loose, 1).setTag(loose, {});
  // @ts-expect-error -- number
  span.setTag(size, '3');
  // @ts-expect-error -- one of two
  span.setTag(tier, 'gold');
  const text: string = size;
  span.setTag(text, '3');
}

// oxlint-disable-next-line typescript/no-explicit-any -- as code without types has it
export function otherKeys(span: opentracing.Span, key: string, unsure: any): void {
  span.setTag('http.status_code', '200').setTag(key, {}).setTag(key, undefined).setTag(unsure, 1).setTag(key, unsure);
  // @ts-expect-error -- a key is a string
  span.setTag(1, 1);
  // @ts-expect-error -- nothing is set without a value
  span.setTag(tags.ERROR);
}

export function untypedNames(span: opentracing.Span, names: typeof opentracing.Tags): void {
  span.setTag(names.HTTP_STATUS_CODE, '200').setTag(names.ERROR, 'yes');
  const literal: 'http.status_code' = names.HTTP_STATUS_CODE;
  exactly<'span.kind'>()(names.SPAN_KIND);
  exactly<'http.status_code'>()(literal);
}

export function asKeys(tracer: opentracing.Tracer, span: opentracing.Span): void {
  tracer.startSpan('a', { tags: { [tags.HTTP_METHOD]: 'GET', [tags.HTTP_STATUS_CODE]: 200, own: 1 } });
  span.addTags({ [tags.HTTP_METHOD]: 'GET' });
  span.log({
    [logs.EVENT]: 'error',
    [logs.ERROR_KIND]: 'E',
    [logs.ERROR_OBJECT]: {},
    [logs.MESSAGE]: '',
    [logs.STACK]: '',
  });
  const kept: opentracing.KeyValues = { [tags.ERROR]: true };
  span.addTags(kept);
}

export function generically<V>(span: opentracing.Span, key: Tag<V>, value: V, values: Map<Tag<number>, number>): void {
  for (const [each, number] of values) span.setTag(each, number);
  const pass: <K extends string>(key: K, value: TagValue<K>) => void = (key, value) => void span.setTag(key, value);
  pass(tags.PEER_PORT, 80);
  // @ts-expect-error -- still a number
  pass(tags.PEER_PORT, '80');
  void [key, value];
}

declare const value: TagValue<typeof tags.HTTP_STATUS_CODE>;
exactly<number>()(value);
