import { defaultThresholds } from '@spanwise/analysis';
import type { Finding, FindingFacts, FindingKind, SavableHow } from '@spanwise/analysis';
import { describe, expect, it } from 'vitest';
import { traceOf } from '../model/testing/trace-of.ts';
import { findingKinds, findingsWords as english } from './en/findings.ts';
import { findingsWords as chinese } from './zh/findings.ts';

const { tree } = traceOf(
  { id: 1, start: 0, duration: 1000, name: 'GET /' },
  { id: 2, parent: 1, start: 10, duration: 5, service: 'shop', name: 'send', more: { kind: 4 } },
  { id: 3, parent: 2, start: 20, duration: 5000, service: 'mailer', name: 'receive', more: { kind: 5 } },
);

const operation = { serviceName: 'orders', spanName: 'SELECT item' };
const calls = { ...operation, count: 7, totalNanos: 70e6, longestNanos: 12e6 };

/** Facts of each kind, with what makes its sentence longest. A new kind does not compile without. */
const facts: { readonly [Kind in FindingKind]: FindingFacts[Kind] } = {
  'n-plus-one': calls,
  'repeated-call': calls,
  'sequential-calls': { ...calls, spanNames: ['read a', 'read b', 'read c', 'read d'] },
  retry: { ...operation, attempts: 4, calls: 2, timedOut: 1, givenUp: 1 },
  'time-out': calls,
  straggler: { ...operation, count: 8, stragglers: 2, longestNanos: 300e6, medianNanos: 100e6 },
  'queue-wait': { ...operation, producerName: 'shop', destination: 'receipts', count: 3, longestNanos: 2e9 },
  'lock-wait': { ...calls, waitsFor: 'transaction', holderName: 'shop PUT /cart' },
  'idle-transaction': { ...operation, count: 2, idleNanos: 150e6, openNanos: 200e6 },
  'blocked-event-loop': { ...operation, byOthers: true, blockedNanos: 120e6, longestNanos: 90e6 },
  'uncovered-time': { ...operation, nanos: 180e6, count: 2, nextName: 'COMMIT' },
  'error-origin': {
    ...operation,
    count: 2,
    message: 'no such table\nat line 1',
    spread: 3,
    services: ['shop', 'gateway'],
    reachedRoot: true,
  },
  'clock-trouble': { ...operation, parentServiceName: 'shop', count: 3, largestNanos: 25e6 },
};

function finding<Kind extends FindingKind>(kind: Kind, more: Partial<FindingFacts[Kind]> = {}, root = 0): Finding {
  const rest = {
    root,
    subject: 1,
    evidence: [1],
    savableMs: 60,
    savableHow: 'whole-wait',
    share: 0.4,
    severity: 'high',
  } as const;
  return { kind, facts: { ...facts[kind], ...more }, ...rest } as unknown as Finding;
}

/** Words that stand for what was forgotten, and glue that shows. */
const wrong = /undefined|NaN|null|\[object|\s{2}|\s$|^\s|[。.]$/;

describe.each([
  ['English', english],
  ['Chinese', chinese],
])('findings in %s', (language, words) => {
  it.each(findingKinds)('say %s with what it was told from', (kind) => {
    const sentence = words.sentence(finding(kind), tree);
    expect(sentence).not.toMatch(wrong);
    expect(sentence).toContain(kind === 'sequential-calls' ? 'read a' : 'SELECT item');
    for (const text of [words.kindName(kind), words.about(kind), words.advice(kind)]) {
      expect(text.replace(/[.。]$/, '')).not.toMatch(wrong);
      expect(/\p{Script=Han}/u.test(text)).toBe(language === 'Chinese');
    }
    expect(/\p{Script=Han}/u.test(sentence)).toBe(language === 'Chinese');
  });

  it('name each kind differently', () => {
    expect(new Set(findingKinds.map(words.kindName)).size).toBe(13);
  });

  it('say how each saving is counted', () => {
    const hows: Record<SavableHow, true> = {
      'all-but-longest': true,
      'all-but-first': true,
      'until-last-attempt': true,
      'behind-the-others': true,
      'whole-wait': true,
      'blocked-on-path': true,
      'wait-beside-path': true,
      nothing: true,
    };
    const said = (Object.keys(hows) as SavableHow[]).map(words.how);
    expect(new Set(said).size).toBe(8);
    for (const how of said) expect(words.savedHow('60 ms', how)).not.toMatch(/undefined/);
  });

  it('have the thresholds in numbers', () => {
    expect(words.about('n-plus-one')).toContain(String(defaultThresholds.nPlusOneCalls));
    expect(words.about('clock-trouble')).toContain(`${defaultThresholds.clockSkewMs}\u202fms`);
  });
});

describe('sentences in Chinese', () => {
  const say = (one: Finding): string => chinese.sentence(one, tree).replaceAll('\u202f', ' ');

  it.each<[Finding, string]>([
    [finding('n-plus-one'), '40% 的时间是 orders 在等待 SELECT item（连续 7 次调用：N+1）'],
    [finding('n-plus-one', {}, 2), 'mailer receive 中 40% 的时间是 orders 在等待 SELECT item（连续 7 次调用：N+1）'],
    [
      finding('sequential-calls'),
      '40% 的时间是 orders 在等待 7 次可以并行的串行读取（read a、read b、read c 等 4 项）',
    ],
    [finding('retry', { calls: 1, timedOut: 0, givenUp: 0 }), 'orders SELECT item 尝试了 4 次'],
    [finding('retry'), 'orders SELECT item 的 2 个调用共尝试了 4 次，其中 1 次超时，1 个最终失败'],
    [finding('queue-wait'), '来自 shop 的 3 条消息在 receipts 中最长等待了 2.00 s，才由 orders SELECT item 取走'],
    [
      finding('error-origin'),
      '错误始于 orders SELECT item，2 次，使上面 3 个跨度失败（shop、gateway），直到根跨度：no such table',
    ],
    [finding('uncovered-time', { nextName: '' }), 'orders SELECT item 中有 180 ms 没有跨度'],
    [
      finding('clock-trouble', { parentServiceName: 'orders', count: 1 }),
      'orders 的时钟在 SELECT item 处跳变了 25.0 ms',
    ],
  ])('%#: are whole', (one, sentence) => {
    expect(say(one)).toBe(sentence);
  });
});
