import { defaultThresholds as from } from '@spanwise/analysis';
import type { Finding, FindingKind, FindingOf, SavableHow, Severity, TraceTree } from '@spanwise/analysis';
import { formatDuration } from '../../model/durations.ts';
import type { FindingsWords, KindWords } from '../en/findings.ts';

// Not English's: its file would come along.
const ms = '\u202fms';

const worth = `可节省 ${from.savableMs}${ms}，或全程的十分之一且至少 ${from.savableFloorMs}${ms}`;

const kinds: Readonly<Record<FindingKind, KindWords>> = {
  'n-plus-one': {
    name: 'N+1 调用',
    about: '仅参数不同的调用逐个进行；一次调用即可全部取得。',
    from: `达到 ${from.nPlusOneCalls} 次调用且${worth} 时提示。`,
    advice: '一次取齐：联接查询、IN 或 ANY、批量方法、数据加载器。',
  },
  'repeated-call': {
    name: '重复调用',
    about: '向服务重复请求了同样的内容。',
    from: `相同调用达到 ${from.repeatedCalls} 次且${worth} 时提示。`,
    advice: '在请求期间保留第一次的结果并向下传递。',
  },
  'sequential-calls': {
    name: '串行调用',
    about: '多个读取逐个进行。它们是否依赖彼此的结果，链路中看不出来。',
    from: `达到 ${from.sequentialCalls} 次读取，且可节省 ${from.sequentialSavableMs}${ms} 和全程的十分之一时提示。`,
    advice: '如果互不依赖，就并行调用：Promise.all。',
  },
  retry: {
    name: '重试',
    about: '同一调用因失败或超时而再次进行。',
    from: `达到 ${from.retryAttempts} 次尝试时提示。`,
    advice: '查明第一次失败的原因；限制次数、逐步退避、使用熔断。',
  },
  'time-out': {
    name: '超时',
    about: '等待一段时间后放弃了调用。',
    from: '出现一次即提示。',
    advice: '看看对方当时在做什么。更短的时限可以更早失败。',
  },
  straggler: {
    name: '掉队者',
    about: '并行的相似调用中，少数几个明显更慢，其他都在等它们。',
    from: `并行 ${from.fanOutSpans} 个以上，达到其余中位数的 ${from.stragglerRatio} 倍且${worth} 时提示。`,
    advice: '检查它访问的主机或键；稍后补发一次调用，或把工作分得更均匀。',
  },
  'queue-wait': {
    name: '队列等待',
    about: '消息被取走之前停留在队列中。',
    from: `达到 ${from.queueWaitMs}${ms} 时提示。`,
    advice: '增加消费者、减小批次，或让慢消息使用单独的队列。',
  },
  'lock-wait': {
    name: '锁等待',
    about: '调用在等待锁、连接或他人的事务。',
    from: `单次等待达到 ${from.lockWaitMs}${ms} 时提示；仅由时长看出的等待从 ${from.plainWaitMs}${ms} 起提示。`,
    advice: '缩短持有它的事务；增大连接池；按同一顺序加锁。',
  },
  'idle-transaction': {
    name: '空闲事务',
    about: '事务一直打开，却没有语句在执行；其他人可能在等它。',
    from: `空闲达到 ${from.idleTransactionMs}${ms} 且占事务的一半时提示。`,
    advice: '事务打开期间不要调用他人，也不要做计算。',
  },
  'blocked-event-loop': {
    name: '事件循环阻塞',
    about: '代码一直占用，进程中的其他工作得不到执行。',
    from: `一次阻塞达到 ${from.blockedLoopMs}${ms}，或多次较短的阻塞合计 ${from.blockedLoopSumMs}${ms}，且其中一半时间进程占有处理器时提示；刚启动的进程从 ${from.warmUpLeastMs}${ms} 起提示。`,
    advice: '把工作移到工作线程，或切成小块。',
  },
  'uncovered-time': {
    name: '没有跨度的时间',
    about: '跨度没有在等任何子跨度，也没有数据说明它在做什么。',
    from: `达到 ${from.uncoveredMs}${ms} 且占全程的五分之一时提示。`,
    advice: '为这一段加上跟踪。出现在查询之前时，往往是在等连接。',
  },
  'error-origin': {
    name: '错误源头',
    about: '错误从这里开始并向上传播；上面的跨度只是转告。',
    from: '出现一次即提示，除非调用方已经处理。',
    advice: '检查这里，而不是上面的跨度。',
  },
  'clock-trouble': {
    name: '时钟不一致',
    about: '子跨度早于父跨度开始、服务端超出调用方的范围，或耗时为负。',
    from: `达到 ${from.clockSkewMs}${ms} 时提示。`,
    advice: '同步各主机的时钟；不要相信两个服务之间的时间差。“校正时钟”可移动跨度。',
  },
};

const hows: Readonly<Record<SavableHow, string>> = {
  'all-but-longest': '这些调用在关键路径上的时间，减去最长的一次',
  'all-but-first': '首次应答之后，这些调用在关键路径上的时间',
  'until-last-attempt': '从第一次尝试到最后一次尝试之间，关键路径上的时间',
  'behind-the-others': '其他调用全部结束之后，关键路径上的时间',
  'whole-wait': '等待中位于关键路径上的全部时间，因此是上限',
  'blocked-on-path': '进程被阻塞期间，它在关键路径上的时间',
  'wait-beside-path': '等待本身；上级没有等它，等的是消息带来的后续工作',
  nothing: '没有可计算的耗时',
};

const severities: Readonly<Record<Severity, string>> = { high: '影响很大', medium: '有影响', low: '影响很小' };

const waits = { connection: '连接', lock: '锁', transaction: '事务' } as const;

type Sentences = { readonly [Kind in FindingKind]: (finding: FindingOf<Kind>, time: string) => string };

const sentences: Sentences = {
  'n-plus-one': ({ facts }, time) =>
    `${time}是 ${service(facts)} 在等待 ${facts.spanName}（连续 ${facts.count} 次调用：N+1）`,
  'repeated-call': ({ facts }, time) =>
    `${time}是 ${service(facts)} 在等待 ${facts.spanName}（同一调用 ${facts.count} 次）`,
  'sequential-calls': ({ facts }, time) =>
    `${time}是 ${service(facts)} 在等待 ${facts.count} 次可以并行的串行读取（${some(facts.spanNames)}）`,
  retry: ({ facts }) => {
    const [timedOut, inVain] = [facts.timedOut > 0 ? `，其中 ${facts.timedOut} 次超时` : '', facts.givenUp];
    if (facts.calls === 1) {
      return `${label(facts)} 尝试了 ${facts.attempts} 次${timedOut}${inVain > 0 ? '，最终失败' : ''}`;
    }
    const lost = inVain > 0 ? `，${inVain} 个最终失败` : '';
    return `${label(facts)} 的 ${facts.calls} 个调用共尝试了 ${facts.attempts} 次${timedOut}${lost}`;
  },
  'time-out': ({ facts }, time) =>
    `${label(facts)} 在 ${formatDuration(facts.longestNanos)} 后超时${times(facts.count)}（${time}）`,
  straggler: ({ facts }) =>
    `并行的 ${facts.count} 个 ${label(facts)} 中有 ${facts.stragglers} 个用了 ${formatDuration(facts.longestNanos)}，中位数为 ${formatDuration(facts.medianNanos)}`,
  'queue-wait': ({ facts }) => {
    const wait = `${facts.count === 1 ? '等待了' : '最长等待了'} ${formatDuration(facts.longestNanos)}`;
    const queue = facts.destination === '' ? '队列' : ` ${facts.destination} `;
    return `来自 ${facts.producerName} 的 ${facts.count} 条消息在${queue}中${wait}，才由 ${label(facts)} 取走`;
  },
  'lock-wait': ({ facts }, time) => {
    const holder = facts.holderName === '' ? '' : `（由 ${facts.holderName} 持有）`;
    const total = `共 ${formatDuration(facts.totalNanos)}`;
    return `${time}是 ${label(facts)} 在等待${waits[facts.waitsFor]}${holder}，${total}${times(facts.count)}`;
  },
  'idle-transaction': ({ facts }) =>
    `${label(facts)} 让事务打开了 ${formatDuration(facts.openNanos)}${times(facts.count)}，其中 ${formatDuration(facts.idleNanos)} 空闲`,
  'blocked-event-loop': ({ facts }, time) =>
    `${service(facts)} 的事件循环在 ${facts.spanName} 期间被${facts.byOthers ? '其他工作' : ''}阻塞 ${formatDuration(facts.blockedNanos)}（${time}）`,
  'uncovered-time': ({ facts }) =>
    `${label(facts)} 中有 ${formatDuration(facts.nanos)} 没有跨度${facts.nextName === '' ? '' : `，在 ${facts.nextName} 之前`}`,
  'error-origin': ({ facts }) => {
    const services = facts.services.length === 0 ? '' : `（${some(facts.services)}）`;
    const root = facts.reachedRoot ? '，直到根跨度' : '';
    const spread = facts.spread === 0 ? '' : `，使上面 ${facts.spread} 个跨度失败${services}${root}`;
    const message = facts.message === '' ? '' : `：${firstLine(facts.message)}`;
    return `错误始于 ${label(facts)}${times(facts.count)}${spread}${message}`;
  },
  'clock-trouble': ({ facts }) => {
    const spans = facts.count === 1 ? '' : `及另外 ${facts.count - 1} 个跨度`;
    const [at, nanos] = [`在 ${facts.spanName} ${spans}处`, formatDuration(facts.largestNanos)];
    return facts.parentServiceName === facts.serviceName
      ? `${service(facts)} 的时钟${at}跳变了 ${nanos}`
      : `${service(facts)} 与 ${facts.parentServiceName || unnamed} 的时钟${at}相差 ${nanos}`;
  },
};

const unnamed = '（无服务名）';

interface Operation {
  readonly serviceName: string;
  readonly spanName: string;
}

function service({ serviceName }: Operation): string {
  return serviceName === '' ? unnamed : serviceName;
}

function label({ serviceName, spanName }: Operation): string {
  return `${serviceName} ${spanName}`.trim();
}

function times(count: number): string {
  return count === 1 ? '' : `，${count} 次`;
}

function some(names: readonly string[]): string {
  return names.length > 3 ? `${names.slice(0, 3).join('、')} 等 ${names.length} 项` : names.join('、');
}

const longestMessage = 120;

function firstLine(message: string): string {
  const line = message.split('\n', 1)[0]!;
  return line.length > longestMessage ? `${line.slice(0, longestMessage - 1)}…` : line;
}

/** Of a detached span, which takes no time of the trace's root, the share is one of that span. */
function timeOf({ share, root }: Finding, { spans, parent }: TraceTree): string {
  const percent = share > 0 && share < 0.005 ? '不到 1%' : `${Math.round(share * 100)}%`;
  const { name, resource } = spans[root]!;
  const whole = parent[root] === -1 ? '' : `${label({ serviceName: resource.serviceName, spanName: name })} 中 `;
  return `${whole}${percent} 的时间`;
}

export const findingsWords: FindingsWords = {
  title: '发现',
  all: (n) => (n === 1 ? '详细说明' : `全部 ${n} 项发现`),
  nothing: '没有发现：这条链路没有异常之处。',
  nothingButErrors: (_n, count) => `没有发现，但有 ${count} 个跨度失败：可用“下一个错误”查看。`,
  later: '所有跨度的标签和日志到齐后才开始检查。',
  nothingHelp: '这条链路没有异常之处。单个调用本身慢不算发现，请看关键路径。',
  whatIsLookedFor: '检查哪些问题',
  doNotAdd: '可节省最多的排在最前。各项发现可能包含相同的时间，不要相加。',
  label: (kindName) => `${kindName}：`,
  labelSaving: (kindName, duration) => `${kindName}，可节省 ${duration}：`,
  stop: '。',
  kindName: (kind) => kinds[kind].name,
  about: (kind) => `${kinds[kind].about}${kinds[kind].from}`,
  advice: (kind) => kinds[kind].advice,
  how: (how) => hows[how],
  howSentence: (how) => `${hows[how]}。`,
  severity: (severity) => severities[severity],
  sentence: (finding, tree) => {
    const sentence = sentences[finding.kind] as (finding: Finding, time: string) => string;
    return sentence(finding, timeOf(finding, tree));
  },
  saved: (duration) => `可节省 ${duration}`,
  savedHow: (duration, how) => `可节省 ${duration}：${how}。`,
  savesNothing: '没有可计算的耗时。',
  counted: '计算方法',
  why: '为何提示',
  whatToDo: '怎么办',
  evidence: (_n, count) => `${count} 个跨度`,
  more: (count) => `以及另外 ${count} 个；在瀑布图中可逐个查看`,
  place: (at, count) => `${at} / ${count}`,
  previousEvidence: '此发现的上一个跨度',
  nextEvidence: '此发现的下一个跨度',
};
