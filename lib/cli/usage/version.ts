/** As in package.json, which is not there where this is bundled. */
export const VERSION = '0.1.0';
