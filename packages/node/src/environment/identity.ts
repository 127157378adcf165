import { readJaegerTags } from './jaeger-tags.ts';
import { PAIRS_FIX, parsePairs } from './pairs.ts';
import type { Variables } from './variables.ts';

const SERVICE_NAME = 'service.name';

/** Who the process is. */
export interface IdentitySettings {
  /** The name of this service. */
  readonly serviceName?: string;
  /** Tags of the process, without that name. */
  readonly tags?: Readonly<Record<string, string>>;
}

/**
 * The service's name and the process's tags: OpenTelemetry's, then Jaeger's.
 *
 * Source: OpenTelemetry specification 1.x, "General SDK Configuration".
 */
export function readIdentity(variables: Variables): IdentitySettings {
  const attributes = variables.read(['OTEL_RESOURCE_ATTRIBUTES'], parsePairs, PAIRS_FIX);
  const jaegerTags = readJaegerTags(variables);
  const serviceName =
    variables.value('SPANWISE_SERVICE_NAME') ??
    variables.value('OTEL_SERVICE_NAME') ??
    notEmpty(attributes?.[SERVICE_NAME]) ??
    variables.value('JAEGER_SERVICE_NAME') ??
    notEmpty(jaegerTags[SERVICE_NAME]);
  const tags = Object.entries({ ...jaegerTags, ...attributes }).filter(([name]) => name !== SERVICE_NAME);
  return {
    ...(serviceName !== undefined && { serviceName }),
    ...(tags.length > 0 && { tags: Object.fromEntries(tags) }),
  };
}

/** The tracer refuses an empty name. */
function notEmpty(name: string | undefined): string | undefined {
  return name?.trim() === '' ? undefined : name;
}
