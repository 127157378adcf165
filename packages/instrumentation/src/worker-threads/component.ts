/** The value of the `component` tag on both sides. */
export const COMPONENT = 'worker_threads';
