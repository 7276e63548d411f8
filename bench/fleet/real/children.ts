import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** A process that goes on until it is let go. What it warns of is shown. */
export function startChild(file: string, plan: object = {}): ChildProcess {
  return fork(fileURLToPath(new URL(file, import.meta.url)), [JSON.stringify(plan)], {
    execArgv: ['--import', 'tsx'],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
}

/** The next thing that it tells. */
export async function hear<Message>(child: ChildProcess): Promise<Message> {
  const ended = new AbortController();
  const { signal } = ended;
  const end = once(child, 'exit', { signal }).then(([code]) => {
    throw new Error(`A process of the bench ended with ${code}.`);
  });
  try {
    const [message] = await Promise.race([once(child, 'message', { signal }), end]);
    return message as Message;
  } finally {
    ended.abort();
  }
}

/** Lets them go, and waits until they have. */
export async function letGo(children: readonly ChildProcess[]): Promise<void> {
  await Promise.all(
    children.map(async (child) => {
      if (child.exitCode !== null) return;
      // Not `close`, which does not come to those whom we have disconnected.
      const ended = once(child, 'exit');
      if (child.connected) child.disconnect();
      await ended;
    }),
  );
}
