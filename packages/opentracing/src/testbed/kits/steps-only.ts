import { because } from '../kit.ts';

/**
 * What is impossible for managers that know the steps of their own tasks and nothing else.
 *
 * @param tasks what they call their tasks
 */
export function impossibleOutsideOf(tasks: string): Record<string, string> {
  return {
    ...because(
      `callbacks of the platform run outside of ${tasks}`,
      'timers: set_timeout',
      'timers: set_interval',
      'timers: queue_microtask',
      'timers: set_immediate',
      'timers: next_tick',
      'timers: message_port',
      'stream_pipeline',
      'thenable: callbackify',
    ),
    ...because(
      `a native await is no step of ${tasks}`,
      'async_generator',
      'async_generator: left_early',
      'using: await',
    ),
  };
}
