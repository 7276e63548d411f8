import type { OpenSubject } from '../subject.js';
import { openFastify } from './fastify.js';

export const open: OpenSubject = (surroundings) => openFastify(surroundings);
