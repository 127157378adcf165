import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import path from 'node:path';

import { jaegerConfig } from '../contenders/collector-ingest/jaeger-config.mjs';
import { peerFile } from '../harness/peers-cache.mjs';
import { processUsage } from '../harness/process-usage.mjs';
import { lines, start, stop } from '../harness/processes.mjs';
import { freePorts, withServer } from '../harness/server-process.mjs';

const contenders = path.join(import.meta.dirname, '..', 'contenders', 'collector-ingest');
const warmUpSeconds = 3;
const measuredSeconds = 20;
const connections = 8;

/**
 * Spans accepted a second: bodies of 512 spans on eight connections, server and loader on the same cores. Ours answers
 * when the spans are durable; what the others' answers mean, README.md says.
 */
export const rows = [
  {
    name: 'collector-ingest',
    unit: 'spans/s',
    better: 'more',
    rounds: 5,
    contenders: {
      ours: measureOurs,
      'jaeger-memory': () => measureJaeger({ memory: { max_traces: 100_000 } }),
      'zipkin-memory': measureZipkin,
      'jaeger-badger': () => measureJaeger(badger),
    },
    targets: { '100,000 spans/s': 100_000 },
    bars: [
      { peer: '100,000 spans/s', ratio: 1 },
      { peer: 'jaeger-memory', ratio: 1 },
      { peer: 'zipkin-memory', ratio: 1 },
      { peer: 'jaeger-badger', ratio: 1 / 6 },
    ],
  },
];

const badger = { badger: { directories: { keys: 'keys', values: 'values' }, ephemeral: false, ttl: { spans: '48h' } } };

async function measureOurs() {
  const launch = () => ({ command: process.execPath, args: [path.join(contenders, 'spanwise.mjs')], ipc: true });
  return withServer(launch, async (child) => {
    const ended = once(child, 'exit').then(([status]) => {
      throw new Error(`it ended with status ${status}`);
    });
    const ask = async (question) => {
      if (question !== undefined) child.send(question);
      return (await Promise.race([once(child, 'message'), ended]))[0];
    };
    const { url } = await ask();
    const { value, details } = await load(child, url, 'otlp', () => ask('usage'));
    return { value, details: { ...details, ...(await ask('usage')) } };
  });
}

async function measureZipkin() {
  const jar = peerFile('zipkin-server-3.6.1-exec.jar');
  if (jar === undefined) return { absent: 'no zipkin-server-3.6.1-exec.jar in the peers’ cache (README.md)' };
  const [port] = await freePorts(1);
  const base = `http://127.0.0.1:${port}`;
  const launch = () => ({
    command: 'java',
    args: ['-jar', jar],
    env: { QUERY_PORT: String(port), STORAGE_TYPE: 'mem' },
    readyUrl: `${base}/health`,
  });
  const measurement = await withServer(launch, (child) => load(child, `${base}/api/v2/spans`, 'zipkin'));
  return { ...measurement, versions: { 'zipkin-server': '3.6.1' } };
}

async function measureJaeger(storage) {
  const binary = peerFile('jaeger');
  if (binary === undefined) return { absent: 'no jaeger in the peers’ cache (README.md)' };
  const [health, query, queryGrpc, otlp] = await freePorts(4);
  const launch = (directory) => {
    const config = path.join(directory, 'config.json');
    writeFileSync(config, JSON.stringify(jaegerConfig({ health, query, queryGrpc, otlp }, storage)));
    return { command: binary, args: ['--config', config], readyUrl: `http://127.0.0.1:${query}/api/services` };
  };
  const measurement = await withServer(launch, (child) => load(child, `http://127.0.0.1:${otlp}/v1/traces`, 'otlp'));
  return { ...measurement, versions: { jaeger: '1.76.0 (as README.md has it built)' } };
}

/** Runs the loader against a server, and notes what the server used while it was measured. */
async function load(server, url, format, onMeasuring = async () => {}) {
  const job = JSON.stringify({ url, format, connections, warmUpSeconds, seconds: measuredSeconds });
  const loader = start(process.execPath, [path.join(contenders, 'loader.mjs'), job]);
  try {
    const messages = lines(loader);
    await messages.next();
    await onMeasuring();
    const before = processUsage(server.pid);
    const { value: result } = await messages.next();
    const { accepted, refused, failed, seconds } = JSON.parse(result);
    return {
      value: accepted / seconds,
      details: { refused, failed, ...usage(before, processUsage(server.pid), accepted) },
    };
  } finally {
    await stop(loader);
  }
}

function usage(before, after, accepted) {
  if (before === undefined || after === undefined) return {};
  return {
    cpuSecondsPerMillion: ((after.cpuSeconds - before.cpuSeconds) / accepted) * 1e6,
    rssMegabytes: after.rssMegabytes,
  };
}
