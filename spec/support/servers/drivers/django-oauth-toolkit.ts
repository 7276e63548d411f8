import { ALL, appPath, type ServerDriver } from '../server-driver.js';

const PYTHON = '/usr/bin/python3';

/** Form-decodes Basic, as RFC 6749 says. Its path ends with a slash. */
export const djangoOAuthToolkit: ServerDriver = {
  name: 'django-oauth-toolkit',
  path: '/o/token/',
  understands: { basic: ALL, 'basic-raw': ['plain', ':', ' ', 'é€'], post: ALL },
  probe: { program: PYTHON, args: ['-c', 'import oauth2_provider'] },
  prepare: ({ folder }) => ({
    program: PYTHON,
    args: ['-B', appPath('django_app.py'), `${folder}/settings.json`],
  }),
};
