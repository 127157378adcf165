// workerd: answers a request with the result. All runs within the request, because outside of one a worker has
// neither timers nor random numbers.
import { runSuite } from '../run-suite.ts';

const handler: { fetch(): Promise<Response> } = {
  async fetch() {
    return Response.json(await runSuite());
  },
};

export default handler;
