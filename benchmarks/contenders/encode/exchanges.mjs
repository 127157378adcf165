/** Spans of a body, half of them of incoming requests, half of the calls made for them. */
export const batch = 512;

const agent = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36';

/** What is recorded of each request and of its call: tags with the strings and numbers of HTTP, an event on each request. */
export const exchanges = Array.from({ length: batch / 2 }, (_, at) => ({
  server: {
    name: 'GET /orders/:id',
    tags: {
      'http.request.method': 'GET',
      'url.scheme': 'https',
      'url.path': `/orders/${4200 + at}`,
      'url.query': `page=${at % 9}&sort=date`,
      'http.route': '/orders/:id',
      'user_agent.original': agent,
      'client.address': `192.0.2.${at % 250}`,
      'http.response.status_code': 200,
    },
    event: { name: 'authorised', user: `user-${at % 40}` },
  },
  client: {
    name: 'GET',
    tags: {
      'http.request.method': 'GET',
      'url.full': `https://stock.example:8443/items/${7 * at}?warehouse=north`,
      'server.address': 'stock.example',
      'server.port': 8443,
      'http.response.status_code': at % 16 === 0 ? 404 : 200,
      'network.protocol.version': '1.1',
    },
  },
}));
