/** What answers at one port, whatever its protocol. */
export interface PortServer {
  /** Starts to listen, and resolves with the port that it got. Rejects with the system's error. */
  listen(host: string, port: number): Promise<number>;
  /** Takes no more, lets what is under way finish and then cuts it; also when it never listened. */
  close(): Promise<void>;
}

/** How long requests that are under way have from when they are asked to finish. */
export const closeDeadlineMillis = 1_500;
