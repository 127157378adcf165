import { MockContext } from './mock_span.ts';

// A deep module of npm opentracing; the class stands beside the span's, because the two know each other.
export { MockContext };
/** @alias */
export default MockContext;
