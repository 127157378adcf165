export type { Timer, Timers } from '../timers.ts';
export { longestTimerMillis, systemTimers } from '../timers.ts';
