export { bindEmitter, type EmitterLike } from './emitter.ts';
export type { EventTargetLike } from './event-target.ts';
export { bindGenerator } from './generator.ts';
export { bindThenable } from './thenable.ts';
