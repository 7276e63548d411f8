import { appPath, type ServerDriver } from '../server-driver.js';

/** How a program in `apps/` for Node.js is started. */
export function nodeApp(file: string): Pick<ServerDriver, 'probe' | 'prepare'> {
  return {
    probe: { program: process.execPath, args: ['--version'] },
    prepare: ({ folder }) => ({
      program: process.execPath,
      args: [appPath(file), `${folder}/settings.json`],
    }),
  };
}
