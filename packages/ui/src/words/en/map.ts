/** The map of services. */
export const mapWords = {
  find: 'Find on the map',
  findHint: 'service, database, broker',
  nodeCount: (nodes: string, calls: string) => `${nodes} nodes, ${calls} connections`,
  label: (nodes: string) => `Map of ${nodes} nodes. “As a table” has the same.`,
  neighbours: (name: string) => `${name}, its callers and what it calls`,
  whole: 'Whole map',
  hint: 'Lines are as thick as there were calls; the red part of a ring is the share of errors. Select a node for its neighbourhood.',
  hidden: (n: number, count: string) =>
    n === 1 ? 'One name has no room: zoom in.' : `${count} names have no room: zoom in, or find one.`,
  errorShare: (share: string) => `${share} errors`,
  openService: 'Open the service',
  zoomIn: 'Zoom in',
  zoomOut: 'Zoom out',
  fit: 'Show all',
  nodes: 'Nodes',
  connections: 'Connections',
  columnNode: 'Name',
  columnKind: 'Kind',
  columnCaller: 'Caller',
  columnCallee: 'Callee',
  columnRate: 'Rate',
  columnErrors: 'Errors',
  columnP95: 'p95',
  nodeLabel: (name: string, kind: string, rate: string, errors: string, p95: string) =>
    `${name}, ${kind}: ${rate}, ${errors} errors, p95 ${p95}`,
  unknownFocus: (name: string) => `${name} is not on the map of this window.`,
  emptyTitle: 'No service in this window',
  keyMove: 'To the nearest node that way',
  keyFocus: 'Only the neighbourhood of the node',
  keyFind: 'Find on the map',
  keyTable: 'As a table, as a picture',
  keyPan: 'Move the map',
  keyZoom: 'Zoom in, out, show all',
  keyBack: 'Back to the whole map',
};

export type MapWords = typeof mapWords;
