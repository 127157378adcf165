export type { ContextCarrier } from './context-carrier.ts';
export { type ContinueOptions, continueTrace } from './continue-trace.ts';
export { CONTEXT_KEY, type Envelope, type OpenedEnvelope, openEnvelope, withContext } from './envelope.ts';
export type { ReceiveOptions, SendOptions, SendTracedOptions } from './options.ts';
export { type MessageHandler, type ReceivingPort, receiveTraced, type SendingPort, sendTraced } from './ports.ts';
