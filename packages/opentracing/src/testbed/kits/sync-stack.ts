import type { Span } from '../../contract.ts';
import { SyncStackScopeManager } from '../../scope-managers/sync-stack.ts';
import { BareScopeManager, type Primitive } from '../bare-scope-manager.ts';
import { because, type Kit } from '../kit.ts';
import { promiseChainTasks } from '../tasks.ts';

/** One variable. */
function stack(): Primitive {
  let current: Span | undefined;
  return {
    get: () => current,
    set: (span) => {
      current = span;
    },
    run: (span, fn) => {
      const before = current;
      current = span;
      try {
        return fn();
      } finally {
        current = before;
      }
    },
  };
}

/** {@link SyncStackScopeManager}, with tasks that it cannot follow: at each `yield` the stack is everybody's. */
export const syncStackKit: Kit = {
  name: 'sync-stack',
  isCallStack: true,
  rig: () => ({ manager: new SyncStackScopeManager(), tasks: promiseChainTasks }),
  bare: () => ({ manager: new BareScopeManager(stack()), tasks: promiseChainTasks }),
  impossible: {
    ...because(
      'tasks that take turns have one stack together: the scopes of one are found by the other, and closed by it',
      'late_span_finish',
      'late_span_finish: by_hand',
      'multiple_callbacks',
      'actor_propagation: tell',
      'actor_propagation: ask',
      'stateless_common_request_handler',
      'outliving_task',
      'thenable: lazy',
      'thenable: promisify',
      'using: await',
    ),
    ...because(
      'what runs later finds the stack as it is then, not as it was where it was scheduled',
      'schedule_callbacks',
      'coroutines_schedule_callbacks',
      'coroutines_scheduling_task',
      'recursive_scheduling_task',
      'recursive_scheduling_with_ignore_active_span',
      'tasks_with_no_parent_scope',
      'callbacks_with_no_parent_scope',
      'await_with_no_parent_scope',
      'promise_all',
      'promise_all_settled',
      'promise_race',
      'promise_any',
      'timers: set_timeout',
      'timers: set_interval',
      'timers: queue_microtask',
      'timers: set_immediate',
      'timers: next_tick',
      'timers: message_port',
      'async_generator',
      'async_generator: left_early',
      'stream_pipeline',
      'thenable: callbackify',
    ),
  },
};
