/** The faults that can be planted, each with what it does, as `--help` says it. */
export const faults = {
  'n-plus-one': 'the list of items is read item by item',
  'long-transaction': 'an order keeps its transaction open while it asks for a check',
  retry: 'the payment provider refuses twice before it takes a payment',
  'slow-consumer': 'billing stands still for three of every five seconds, and the queue waits',
  'event-loop': 'the list of items is signed on the event loop, for a fifth of a second',
} as const;

/** The name of a planted fault. */
export type Fault = keyof typeof faults;

/** What is on unless somebody says otherwise. */
export const defaultFaults: readonly Fault[] = ['n-plus-one', 'retry'];

const variable = 'SHOP_FAULTS';

/** The environment that plants these faults in a service. */
export function faultEnvironment(planted: readonly Fault[]): Record<string, string> {
  return { [variable]: planted.join(',') };
}

/** Whether this service was started with the fault. */
export function isPlanted(fault: Fault): boolean {
  return (process.env[variable] ?? '').split(',').includes(fault);
}
