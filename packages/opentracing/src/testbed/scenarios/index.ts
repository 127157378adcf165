import type { Scenario } from '../scenario.ts';
import { abortSignal, abortSignalDone } from './abort-signal.ts';
import { oneScheduledAction, twoScheduledActions } from './activate-deactivate.ts';
import { activeSpanReplacement } from './active-span-replacement.ts';
import { actorAsk, actorTell } from './actor-propagation.ts';
import { clientServer } from './client-server.ts';
import { closeDeep, closeTooEarly } from './close-order.ts';
import { badSolution, goodSolution, parentNotPicked, twoCallbacks } from './common-request-handler.ts';
import { badSolutionPerClient, parentNotPickedUp, twoRequests } from './concurrent-common-request-handler.ts';
import { connectionPool } from './connection-pool.ts';
import { dataloaderFanIn } from './dataloader-fan-in.ts';
import { callbackError, errorRecovery, instrumentationLayer, simpleError } from './error-reporting.ts';
import { eventEmitter, eventTarget } from './event-emitter.ts';
import { asyncGenerator, asyncGeneratorLeft, generator } from './generators.ts';
import { lateSpanFinish, lateSpanFinishByHand } from './late-span-finish.ts';
import { listenerPerRequest } from './listener-per-request.ts';
import { multipleCallbacks, multipleCallbacksByHand } from './multiple-callbacks.ts';
import { nestedCallbacks } from './nested-callbacks.ts';
import {
  awaitWithNoParentScope,
  callbacksWithNoParentScope,
  detachedAtBoot,
  tasksWithNoParentScope,
} from './no-parent-scope.ts';
import { outlivingTask } from './outliving-task.ts';
import { promiseAll, promiseAllSettled, promiseAny, promiseRace } from './promise-combinators.ts';
import { promisePropagation } from './promise-propagation.ts';
import {
  coroutinesScheduleCallbacks,
  coroutinesSchedulingTask,
  recursiveSchedulingTask,
  recursiveSchedulingWithIgnoreActiveSpan,
  scheduleCallbacks,
} from './scheduling.ts';
import { statelessCommonRequestHandler } from './stateless-common-request-handler.ts';
import { streamPipeline, streamPipelineBound } from './streams.ts';
import { subtaskSpanPropagation } from './subtask-span-propagation.ts';
import { suspendResumePropagation } from './suspend-resume-propagation.ts';
import { callbackified, lazyThenable, promisified } from './thenables.ts';
import { immediate, messagePort, microtask, nextTick, setIntervalTimer, setTimeoutTimer } from './timers.ts';
import { usingAwait, usingEarlyReturn, usingThrow } from './using.ts';
import { workQueue } from './work-queue.ts';
import { workerRoundTrip } from './worker-round-trip.ts';

/** All scenarios: those of opentracing-python, of opentracing-java, and those that only JavaScript knows. */
export const scenarios: readonly Scenario[] = [
  activeSpanReplacement,
  clientServer,
  twoCallbacks,
  parentNotPicked,
  goodSolution,
  badSolution,
  lateSpanFinish,
  lateSpanFinishByHand,
  listenerPerRequest,
  multipleCallbacks,
  multipleCallbacksByHand,
  nestedCallbacks,
  scheduleCallbacks,
  coroutinesScheduleCallbacks,
  coroutinesSchedulingTask,
  recursiveSchedulingTask,
  recursiveSchedulingWithIgnoreActiveSpan,
  tasksWithNoParentScope,
  callbacksWithNoParentScope,
  awaitWithNoParentScope,
  subtaskSpanPropagation,

  oneScheduledAction,
  twoScheduledActions,
  actorTell,
  actorAsk,
  twoRequests,
  parentNotPickedUp,
  badSolutionPerClient,
  statelessCommonRequestHandler,
  simpleError,
  callbackError,
  errorRecovery,
  instrumentationLayer,
  promisePropagation,
  suspendResumePropagation,

  outlivingTask,
  detachedAtBoot,
  closeTooEarly,
  closeDeep,
  promiseAll,
  promiseAllSettled,
  promiseRace,
  promiseAny,
  setTimeoutTimer,
  setIntervalTimer,
  microtask,
  immediate,
  nextTick,
  messagePort,
  eventEmitter,
  eventTarget,
  generator,
  asyncGenerator,
  asyncGeneratorLeft,
  streamPipeline,
  streamPipelineBound,
  lazyThenable,
  promisified,
  callbackified,
  workQueue,
  connectionPool,
  dataloaderFanIn,
  abortSignal,
  abortSignalDone,
  usingEarlyReturn,
  usingThrow,
  usingAwait,
  workerRoundTrip,
];
