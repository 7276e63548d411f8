import { ALL, allBut, appPath, type ServerDriver } from '../server-driver.js';

const RUBY = '/usr/bin/ruby';

/** Does not form-decode Basic; fails with a 500 where it is not ASCII. With `reuse_access_token`: the same token again. */
export const doorkeeper: ServerDriver = {
  name: 'Doorkeeper in Rails',
  path: '/oauth/token',
  understands: { basic: ['plain'], 'basic-raw': allBut('é€'), post: ALL },
  probe: {
    program: RUBY,
    args: ['-e', 'require "rails"; require "doorkeeper"; require "puma"; require "sqlite3"'],
  },
  prepare: ({ folder }) => ({
    program: RUBY,
    args: [appPath('doorkeeper_app.rb'), `${folder}/settings.json`],
  }),
};
