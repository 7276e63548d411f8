/** Ends what was started. */
export type Stop = () => void;

/** Starts all; gives what ends all. Where one cannot be started, nothing stays of those before it. */
export function startAll(starts: readonly (() => Stop)[]): Stop {
  const stops: Stop[] = [];
  const stopAll = () => {
    for (const stop of stops) stop();
  };
  try {
    for (const start of starts) stops.push(start());
  } catch (error) {
    stopAll();
    throw error;
  }
  return stopAll;
}
