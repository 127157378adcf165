import { replaceFunction } from '../internal/replace-function.ts';
import type { Restore } from '../internal/replace-function.ts';

/** The class of grpc-js that makes calls, given a channel of somebody's. */
export type ClientClass = new (address: string, credentials: object, options: object) => StreamMaker;

interface StreamMaker {
  makeServerStreamRequest(path: string, serialize: Convert, deserialize: Convert, message: unknown): object;
  makeClientStreamRequest(path: string, serialize: Convert, deserialize: Convert, callback: () => void): object;
  makeBidiStreamRequest(path: string, serialize: Convert, deserialize: Convert): object;
}

type Convert = (message: unknown) => Uint8Array;

/** What is used of the streams of a client, which are Node's. */
interface ClientStream {
  getPeer(): string;
  _destroy(error: unknown, done: (error?: unknown) => void): void;
  readonly writableFinished?: boolean;
  readonly readableEnded?: boolean;
}

/** Who hears, of the calls that streams stand for. */
let heard: (() => void) | undefined;
let isLooking = false;

/**
 * Calls `left` when the application destroys the stream that stands for this call, or leaves a `for await` over it. grpc-js
 * tells the call of neither: its status would come only after messages that nobody reads any more.
 */
export function hearWhenLeft(call: { getPeer(): string }, left: () => void): void {
  const getPeer = call.getPeer.bind(call);
  call.getPeer = () => {
    if (isLooking) heard = left;
    return getPeer();
  };
}

/**
 * Has the streams of this copy of grpc-js tell those that `hearWhenLeft` has entered. `undefined` when that cannot be had, as
 * of a class that makes other streams.
 */
export function watchStreams(Client: ClientClass): Restore | undefined {
  const restores = [...streamPrototypes(Client)].map((prototype) =>
    replaceFunction(prototype, '_destroy', (original, enabled) => {
      return function _destroy(this: ClientStream, error, done): void {
        if (enabled() && !isWhole(this)) callOf(this)?.();
        Reflect.apply(original, this, [error, done]);
      };
    }),
  );
  return () => {
    for (const restore of restores) restore?.();
  };
}

/** Streams destroy themselves at their end, those of one way at the end of this way. */
function isWhole({ writableFinished, readableEnded }: ClientStream): boolean {
  return (writableFinished ?? true) && (readableEnded ?? true);
}

/** A stream asks its call for the peer, through all interceptors: so it is found which call that is. */
function callOf(stream: ClientStream): (() => void) | undefined {
  heard = undefined;
  isLooking = true;
  try {
    stream.getPeer();
  } catch {
    // An interceptor of somebody's that cannot tell.
  } finally {
    isLooking = false;
  }
  const found = heard;
  heard = undefined;
  return found;
}

/** grpc-js exports the types of its streams only, so one of each is made, of calls that go nowhere. */
function streamPrototypes(Client: ClientClass): Set<ClientStream> {
  const convert: Convert = () => new Uint8Array();
  try {
    const client = new Client('', {}, { channelOverride: { createCall: () => silentCall } });
    const streams = [
      client.makeServerStreamRequest('/', convert, convert, undefined),
      client.makeClientStreamRequest('/', convert, convert, () => {}),
      client.makeBidiStreamRequest('/', convert, convert),
    ];
    return new Set(streams.map((stream) => Object.getPrototypeOf(stream) as ClientStream));
  } catch {
    return new Set();
  }
}

const silentCall = {
  start: (): void => {},
  startRead: (): void => {},
  sendMessageWithContext: (): void => {},
  halfClose: (): void => {},
};
