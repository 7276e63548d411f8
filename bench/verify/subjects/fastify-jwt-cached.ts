import type { OpenSubject } from '../subject.js';
import { openFastify } from './fastify.js';

/** With the option that makes it remember 1,000 verified tokens. */
export const open: OpenSubject = (surroundings) => openFastify(surroundings, { cache: true });
