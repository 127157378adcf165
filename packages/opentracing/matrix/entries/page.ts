// A browser: leaves the result where the runner asks for it.
import { runSuite } from '../run-suite.ts';

declare global {
  var suiteReport: string | undefined;
}

globalThis.suiteReport = JSON.stringify(await runSuite());
