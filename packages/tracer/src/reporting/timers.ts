export type { Timer, Timers } from '../timers.ts';
export { longestTimerMillis } from '../timers.ts';
