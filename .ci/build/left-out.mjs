const NOTHING = 'export default undefined;';

/**
 * Parts of axios, and packages it uses, that a token request never comes to: its body is text, it goes by the http
 * adapter, and what `debug` would print of a proxy holds that proxy's password.
 */
const LEFT_OUT = new Map([
  ['form-data', NOTHING],
  ['./xhr.js', NOTHING],
  ['./fetch.js', 'export const getFetch = undefined;'],
  ['debug', 'module.exports = () => () => undefined;'],
]);

const PREFIX = 'left-out:';

/** Has the bundle hold an empty module in place of each of these. */
export const leaveOut = {
  name: 'leave-out',
  resolveId(id, importer = '') {
    return LEFT_OUT.has(id) && /[\\/]node_modules[\\/]/.test(importer) ? PREFIX + id : undefined;
  },
  load(id) {
    return id.startsWith(PREFIX)
      ? { code: LEFT_OUT.get(id.slice(PREFIX.length)), moduleType: 'js' }
      : undefined;
  },
};
