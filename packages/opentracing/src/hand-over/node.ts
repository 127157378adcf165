export {
  contextFromEnvironment,
  type Environment,
  type EnvironmentOptions,
  environmentWithContext,
} from './environment.ts';
export { openWorkerData } from './worker-data.ts';
