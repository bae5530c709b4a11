/** How long something takes, in milliseconds of the clock. */
export function timed(run: () => void): number {
  const start = performance.now();
  run();
  return performance.now() - start;
}
