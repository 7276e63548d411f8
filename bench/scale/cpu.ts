/** CPU time of this process since some moment, in ms: all threads of it, collecting garbage included. */
export function cpuMs(since?: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1_000;
}
