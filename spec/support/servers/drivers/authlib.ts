import { ALL, appPath, type ServerDriver } from '../server-driver.js';

const PYTHON = '/usr/bin/python3';

/** Does not form-decode Basic. */
export const authlib: ServerDriver = {
  name: 'Authlib in Flask',
  path: '/token',
  understands: { basic: ['plain'], 'basic-raw': ALL, post: ALL },
  probe: { program: PYTHON, args: ['-c', 'import authlib, flask'] },
  prepare: ({ folder }) => ({
    program: PYTHON,
    args: ['-B', appPath('authlib_app.py'), `${folder}/settings.json`],
  }),
};
