const dgram = require('node:dgram');
const events = require('node:events');

const { Thrift } = require('thriftrw');
const ThriftUtils = require('jaeger-client/dist/src/thrift.js').default;

const { Arrivals } = require('./arrivals.cjs');
const { startHttpCollector } = require('./http-collector.cjs');
const { duration, labels, moment } = require('../labels.cjs');

const agent = new Thrift({
  entryPoint: ThriftUtils.buildAgentThriftPath(),
  allowOptionalArguments: true,
  allowFilesystemAccess: true,
});
const collector = new Thrift({ source: ThriftUtils.loadJaegerThriftDefinition(), allowOptionalArguments: true });

/** The agent that jaeger-client sends datagrams to, on loopback. */
exports.startUdpAgent = async function startUdpAgent() {
  const spans = new Arrivals();
  const socket = dgram.createSocket('udp4');
  socket.on('message', (datagram) => {
    const message = valueOf(agent.Agent.emitBatch.argumentsMessageRW.readFrom(datagram, 0));
    spans.add(...spansOf(message.body.batch));
  });
  socket.bind(0, '127.0.0.1');
  await events.once(socket, 'listening');
  return { spans, reporter: { agentHost: '127.0.0.1', agentPort: socket.address().port }, close: () => socket.close() };
};

/** The collector that jaeger-client posts to, on loopback. */
exports.startJaegerCollector = async function startJaegerCollector() {
  const { spans, port, close } = await startHttpCollector((body) =>
    spansOf(valueOf(collector.Batch.rw.readFrom(body, 0))),
  );
  return { spans, reporter: { collectorEndpoint: `http://127.0.0.1:${port}/api/traces` }, close };
};

/** Decoded spans in the order of finishing, with labels for ids. */
exports.comparable = function comparable(spans, { label } = labels()) {
  const long = (bytes) => label(bytes.toString('hex'));
  const tag = ({ key, vType, vStr, vDouble, vBool, vBinary }) => [
    key,
    vType,
    { STRING: vStr, DOUBLE: vDouble, BOOL: vBool, BINARY: vBinary?.toString('hex') }[vType],
  ];
  return spans.map(({ service, span }) => {
    const start = milliseconds(span.startTime);
    return {
      service,
      operation: span.operationName,
      trace: [long(span.traceIdHigh), long(span.traceIdLow)],
      id: long(span.spanId),
      parent: long(span.parentSpanId),
      references: span.references.map((reference) => [
        reference.refType,
        long(reference.traceIdLow),
        long(reference.spanId),
      ]),
      flags: span.flags,
      start: moment(start),
      duration: duration(start, milliseconds(span.duration)),
      tags: span.tags.map(tag),
      logs: span.logs.map((log) => ({ at: moment(milliseconds(log.timestamp)), fields: log.fields.map(tag) })),
    };
  });
};

/** A logger that keeps what jaeger-client complains about. */
exports.complaints = function complaints() {
  const messages = [];
  return { messages, logger: { info() {}, error: (message) => messages.push(message) } };
};

function spansOf(batch) {
  return batch.spans.map((span) => ({ service: batch.process.serviceName, span }));
}

function valueOf({ err, value }) {
  if (err) throw err;
  return value;
}

function milliseconds(bytes) {
  return Number(bytes.readBigInt64BE()) / 1000;
}
