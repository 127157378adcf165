/**
 * Starts tracing before the application: `node --import @spanwise/node/register app.js` (or `--require`). Configured by
 * the environment; nothing here stops the application from starting.
 *
 * @module
 */
import { init } from './init.ts';

try {
  init();
} catch (error) {
  console.warn('spanwise: tracing could not be started; the application runs without it:', error);
}
