import type { Socket } from 'node:net';

type Action = () => void;

const WAITING = new WeakMap<Socket, Set<Action>>();

/**
 * Calls `action` when the socket closes. However many wait, the socket has one listener: hundreds of requests may be
 * pipelined on a connection, and Node warns of eleven listeners. It stays for the socket's life.
 *
 * @returns what takes the action away.
 */
export function onSocketClose(socket: Socket, action: Action): Action {
  const actions = WAITING.get(socket) ?? listen(socket);
  actions.add(action);
  return () => void actions.delete(action);
}

function listen(socket: Socket): Set<Action> {
  const actions = new Set<Action>();
  WAITING.set(socket, actions);
  socket.once('close', () => {
    for (const action of actions) action();
  });
  return actions;
}
