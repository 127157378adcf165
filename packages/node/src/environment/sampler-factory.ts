import { parentBased, probabilitySampler, remoteControlledSampler } from '@spanwise/tracer';
import type { Logger, RemoteControlledOptions, Sampler } from '@spanwise/tracer';

import { accepted } from './accepted.ts';
import { parseDecimal } from './decimal-number.ts';

/** What a sampler of the environment is made with; nothing polls before it is. */
export type SamplerFactory = (service: { readonly serviceName: string; readonly logger: Logger }) => Sampler;

/** Whom a remote sampler asks, how often, and what it does before it knows. */
export type RemoteSettings = Pick<
  RemoteControlledOptions,
  'url' | 'pollingIntervalMillis' | 'initialSampler' | 'maxOperations'
>;

/** What to write for a value that `parseRate` does not take. */
export const RATE_FIX = 'write a rate from 0 to 1, such as 0.1; the smallest above 0 is 2^-56';

/** Gives a sampler that is there already. */
export function given(sampler: Sampler): SamplerFactory {
  return () => sampler;
}

/** For what begins here; what has a parent does as that one did. */
export function parentBasedOn(factory: SamplerFactory): SamplerFactory {
  return (service) => parentBased(factory(service));
}

/** Asks for the service's strategy. */
export function remote(settings: RemoteSettings): SamplerFactory {
  return ({ serviceName, logger }) => remoteControlledSampler({ ...settings, serviceName, logger });
}

/** What the sampler refuses is wrong here too: only it knows all of its limits. */
export function parseRate(value: string): Sampler | undefined {
  return accepted(() => probabilitySampler(parseDecimal(value)));
}

/** As for rates: what the sampler takes is right. It is made, and closed before it asks. */
export function checkedRemote(settings: RemoteSettings): RemoteSettings | undefined {
  return accepted(() => {
    remoteControlledSampler({ ...settings, serviceName: 'checked' }).close();
    return settings;
  });
}
