const NOTHING = 'export default undefined;';

/**
 * Parts of axios, and modules it uses, that a token request never comes to: its body is text, it goes by the http
 * adapter, as HTTP/1.1, and to no redirect. And what `debug` would print of a proxy holds that proxy's password.
 */
const LEFT_OUT = new Map([
  ['form-data', NOTHING],
  ['./xhr.js', NOTHING],
  ['follow-redirects', 'export default {};'],
  ['http2', NOTHING],
  ['../helpers/Http2Sessions.js', 'export default class Http2Sessions {}'],
  ['./fetch.js', 'export const getFetch = undefined;'],
  ['debug', 'module.exports = () => () => undefined;'],
]);

const PREFIX = 'left-out:';

/** Has the bundle hold an empty module in place of each of these. */
export function leaveOut() {
  const met = new Set();
  return {
    name: 'leave-out',
    resolveId: {
      // Before modules of Node.js are found to be outside.
      order: 'pre',
      handler(id, importer = '') {
        const isAsked = id.startsWith('.') ? OF_AXIOS.test(importer) : OF_PACKAGE.test(importer);
        if (!isAsked || !LEFT_OUT.has(id)) return undefined;
        met.add(id);
        return PREFIX + id;
      },
    },
    load(id) {
      return id.startsWith(PREFIX)
        ? { code: LEFT_OUT.get(id.slice(PREFIX.length)), moduleType: 'js' }
        : undefined;
    },
    buildEnd() {
      const others = [...LEFT_OUT.keys()].filter((id) => !met.has(id));
      if (others.length > 0) throw new Error(`Nothing imports what is left out: ${others.join(', ')}.`);
    },
  };
}

const OF_PACKAGE = /[\\/]node_modules[\\/]/;
const OF_AXIOS = /[\\/]node_modules[\\/]axios[\\/]lib[\\/]/;
