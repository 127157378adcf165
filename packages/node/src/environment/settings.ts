import type { PropagatorLists, SpanLimits } from '@spanwise/tracer';

import { readBatching, withinExportTimeout } from './batching.ts';
import type { BatchingSettings } from './batching.ts';
import { BOOLEAN_FIX, parseBoolean } from './boolean.ts';
import { readExporters } from './exporters.ts';
import type { ExporterName } from './exporters.ts';
import { readIdentity } from './identity.ts';
import { readLimits } from './limits.ts';
import { readSilence } from './log-level.ts';
import { warnOfOldNames } from './old-names.ts';
import { readOtlp } from './otlp.ts';
import type { OtlpSettings } from './otlp.ts';
import { readPropagators } from './propagators.ts';
import { readSampler } from './sampler.ts';
import type { SamplerFactory } from './sampler-factory.ts';
import type { Environment, WarningListener } from './variables.ts';
import { Variables } from './variables.ts';
import { withoutAbsent } from './without-absent.ts';
import { warnOfNoEffect } from './without-effect.ts';
import { readZipkin } from './zipkin.ts';
import type { ZipkinSettings } from './zipkin.ts';

/** What the environment says. What it does not say, or says wrongly, is absent. */
export interface EnvironmentSettings {
  /** Nothing is traced. */
  readonly disabled: boolean;
  /** Warnings are not wanted. */
  readonly silent: boolean;
  /** The name of this service. */
  readonly serviceName?: string;
  /** Tags of the process. */
  readonly tags?: Readonly<Record<string, string>>;
  /** Whether local roots note what the runtime did in their time. */
  readonly runtimeProbe?: boolean;
  /** Formats of contexts. */
  readonly propagators?: PropagatorLists;
  /** Made when it is known that no other sampler is given. */
  readonly sampler?: SamplerFactory;
  /** 64 for trace ids of that length. */
  readonly traceIdBits?: 64;
  /** How much of a span is kept. */
  readonly limits: Partial<SpanLimits>;
  /** Who sends spans. With none they are recorded for nobody; contexts still travel. */
  readonly exporters: readonly ExporterName[];
  /** How each of them collects spans; empty when there is none. */
  readonly batching: BatchingSettings;
  /** Empty unless it is one of the exporters. */
  readonly otlp: OtlpSettings;
  /** Empty unless it is one of the exporters. */
  readonly zipkin: ZipkinSettings;
}

/** What code has decided: the environment is not asked for it, and cannot warn of what it would do instead. */
export interface Decided {
  /** Whether anything is traced. */
  readonly disabled?: boolean;
  /** Where spans go. */
  readonly recorders?: readonly unknown[];
}

/**
 * Reads the variables of Spanwise, of OpenTelemetry where Spanwise's own is not set, and of Jaeger's clients where neither
 * is.
 *
 * | setting | variables, the first that is set counts |
 * |---|---|
 * | off | `SPANWISE_DISABLED`, `OTEL_SDK_DISABLED`, `JAEGER_DISABLED` |
 * | warnings | `OTEL_LOG_LEVEL`: `none` and `error` silence them |
 * | service name | `SPANWISE_SERVICE_NAME`, `OTEL_SERVICE_NAME`, `service.name` in `OTEL_RESOURCE_ATTRIBUTES`, `JAEGER_SERVICE_NAME` |
 * | process tags | `OTEL_RESOURCE_ATTRIBUTES` together with `JAEGER_TAGS`, tag by tag |
 * | exporters | `OTEL_TRACES_EXPORTER`: `otlp`, `zipkin`, both with a comma, or `none` |
 * | collector | `SPANWISE_OTLP_ENDPOINT`, `OTEL_EXPORTER_OTLP_TRACES_ENDPOINT`, `OTEL_EXPORTER_OTLP_ENDPOINT`, `JAEGER_ENDPOINT`, `JAEGER_AGENT_HOST` with `JAEGER_AGENT_PORT` |
 * | headers | `SPANWISE_OTLP_HEADERS`, `OTEL_EXPORTER_OTLP_TRACES_HEADERS`, `OTEL_EXPORTER_OTLP_HEADERS`; for `JAEGER_ENDPOINT` `JAEGER_USER` with `JAEGER_PASSWORD`, `JAEGER_AUTH_TOKEN` |
 * | body | `SPANWISE_OTLP_PROTOCOL`, `OTEL_EXPORTER_OTLP_TRACES_PROTOCOL`, `OTEL_EXPORTER_OTLP_PROTOCOL` |
 * | compression | `OTEL_EXPORTER_OTLP_TRACES_COMPRESSION`, `OTEL_EXPORTER_OTLP_COMPRESSION` |
 * | time for a request, ms | `OTEL_EXPORTER_OTLP_TRACES_TIMEOUT`, `OTEL_EXPORTER_OTLP_TIMEOUT`, `JAEGER_REPORTER_TIMEOUT` |
 * | Zipkin | `OTEL_EXPORTER_ZIPKIN_ENDPOINT`, `OTEL_EXPORTER_ZIPKIN_TIMEOUT` |
 * | longest wait of a span, ms | `OTEL_BSP_SCHEDULE_DELAY`, `JAEGER_REPORTER_FLUSH_INTERVAL` |
 * | spans held at once | `OTEL_BSP_MAX_QUEUE_SIZE`, `JAEGER_REPORTER_MAX_QUEUE_SIZE` |
 * | spans of a batch | `OTEL_BSP_MAX_EXPORT_BATCH_SIZE` |
 * | time for a batch, ms | `OTEL_BSP_EXPORT_TIMEOUT` |
 * | tags of a span | `OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT`, `OTEL_ATTRIBUTE_COUNT_LIMIT` |
 * | logs, links of a span | `OTEL_SPAN_EVENT_COUNT_LIMIT`, `OTEL_SPAN_LINK_COUNT_LIMIT` |
 * | fields of a log, tags of a link | the smaller of `OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT` and `OTEL_LINK_ATTRIBUTE_COUNT_LIMIT`, `OTEL_ATTRIBUTE_COUNT_LIMIT` |
 * | length of a value | `OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT`, `OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT` |
 * | sampling | `SPANWISE_SAMPLE_RATE`, `OTEL_TRACES_SAMPLER` with `OTEL_TRACES_SAMPLER_ARG`, `JAEGER_SAMPLER_TYPE` with `JAEGER_SAMPLER_PARAM` |
 * | whom a remote sampler of Jaeger's asks | `JAEGER_SAMPLING_ENDPOINT`, `JAEGER_SAMPLER_MANAGER_HOST_PORT`, `JAEGER_SAMPLER_HOST` with `JAEGER_SAMPLER_PORT`; `JAEGER_SAMPLER_SAMPLING_PATH` for one without a path |
 * | … how often, and for how many operations | `JAEGER_SAMPLER_REFRESH_INTERVAL`, `JAEGER_SAMPLER_MAX_OPERATIONS` |
 * | trace ids | `JAEGER_TRACEID_128BIT`: `false` makes 64 bits |
 * | event loop, garbage, processor | `SPANWISE_RUNTIME_PROBE` |
 * | headers of contexts | `OTEL_PROPAGATORS`, `JAEGER_PROPAGATION` |
 *
 * Names among the values, such as `always_on`, may be in any case. `OTEL_EXPORTER_OTLP_ENDPOINT` gets `/v1/traces`
 * appended. These only warn, because what they mean is not here: `OTEL_EXPORTER_OTLP_CERTIFICATE`, `…_CLIENT_KEY`,
 * `…_CLIENT_CERTIFICATE` and the same for `…_TRACES`, `JAEGER_REPORTER_LOG_SPANS`, `JAEGER_RPC_METRICS`,
 * `JAEGER_SENDER_FACTORY`. Jaeger's old names (`JAEGER_DISABLE`, `JAEGER_SAMPLER_HOST`, `JAEGER_SAMPLER_PORT`,
 * `JAEGER_REPORTER_` with `ENDPOINT`, `USER`, `PASSWORD`, `AGENT_HOST`, `AGENT_PORT`) are read and warn.
 * `JAEGER_AGENT_SOCKET_TYPE`, `JAEGER_REPORTER_ATTEMPT_RECONNECTING_DISABLED` and `…_ATTEMPT_RECONNECT_INTERVAL` are of UDP and
 * not read.
 *
 * Source: OpenTelemetry specification 1.x, "Environment Variable Specification" and "OTLP Exporter Configuration";
 * jaeger-client-node 3.19, `ConfigurationEnv`, and the READMEs of jaeger-client-go and -java for Jaeger's.
 */
export function readEnvironment(
  environment: Environment,
  listener: WarningListener,
  decided: Decided = {},
): EnvironmentSettings {
  const variables = new Variables(environment, listener);
  const silent = readSilence(variables);
  warnOfOldNames(variables);
  const disabled = decided.disabled ?? variables.read(DISABLED, parseBoolean, BOOLEAN_FIX) ?? false;
  if (disabled) return { disabled, silent, exporters: [], limits: {}, batching: {}, otlp: {}, zipkin: {} };
  warnOfNoEffect(variables);
  const exporters = decided.recorders === undefined ? readExporters(variables) : [];
  const batching = exporters.length > 0 ? readBatching(variables) : {};
  return {
    disabled,
    silent,
    exporters,
    ...readIdentity(variables),
    ...withoutAbsent({
      sampler: readSampler(variables),
      runtimeProbe: variables.read(['SPANWISE_RUNTIME_PROBE'], parseBoolean, BOOLEAN_FIX),
      propagators: readPropagators(variables),
      traceIdBits: readTraceIdBits(variables),
    }),
    limits: readLimits(variables),
    batching,
    otlp: exporters.includes('otlp') ? withinExportTimeout(readOtlp(variables), batching) : {},
    zipkin: exporters.includes('zipkin') ? withinExportTimeout(readZipkin(variables), batching) : {},
  };
}

const DISABLED = ['SPANWISE_DISABLED', 'OTEL_SDK_DISABLED', 'JAEGER_DISABLED', 'JAEGER_DISABLE'];

/** Jaeger's clients make 64 bits unless told otherwise; here 128 stay the default, because W3C asks for them. */
function readTraceIdBits(variables: Variables): 64 | undefined {
  return variables.read(['JAEGER_TRACEID_128BIT'], parseBoolean, BOOLEAN_FIX) === false ? 64 : undefined;
}
