export { instrument } from './observe/instrument.js';
export type { InstrumentOptions } from './observe/instrument-options.js';
export type { ObservedProvider } from './observe/observed-provider.js';
