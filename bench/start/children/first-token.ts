/** A new process that gets one token. Prints the ms since the process began, and the token. Argument: the wiring. */
import { openSubject, type Wiring } from './open-subject.js';

const client = await openSubject(JSON.parse(process.argv[2] ?? '') as Wiring);
const token = await client.getToken();
console.log(performance.now(), token);
process.exit();
