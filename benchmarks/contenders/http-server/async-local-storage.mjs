import { AsyncLocalStorage } from 'node:async_hooks';
import http from 'node:http';

import { serve } from './served-window.mjs';

const storage = new AsyncLocalStorage();
serve(http, {
  wrap: (handler) => (request, response) => storage.run({ url: request.url }, handler, request, response),
});
