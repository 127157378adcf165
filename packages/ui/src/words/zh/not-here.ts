import type { NotHereWords } from '../en/not-here.ts';

export const notHereWords: NotHereWords = {
  traceNotFound: '此链路不在这里',
  traceNotFoundText: (id) =>
    `没有存储 ${id} 的任何跨度：可能已超过保留期、未被采样，或仍在路上；本页会在一分钟内继续查找。`,
};
