import { format } from '../../day/columns.js';
import { show } from '../../shared/spread.js';
import type { Findings } from '../measure.js';
import { TOKEN_BYTES, TOKEN_LENGTH } from '../token.js';
import { count, type TitledTable } from './titled-table.js';

export function tableOfMemory({ memory }: Findings): TitledTable {
  return {
    title: 'Memory',
    note: `What each client takes of the heap and beside it (\`heapUsed\` and \`external\`), garbage collected, once it has been asked for: everything but the client ids and the secrets, which are the caller's own strings. Tokens are JWTs of ${TOKEN_LENGTH} characters, ${TOKEN_BYTES} bytes in V8, held once. Without the optimizing compiler, whose code comes and goes. With one client, the provider itself is most of it.`,
    table: {
      heads: ['clients', 'bytes a client', 'beyond the token', 'KiB', 'in all (MiB)'],
      rows: memory.map(({ plan: { clients }, result: { bytesPerClient, beyondToken } }) => [
        count(clients),
        format(bytesPerClient, 0),
        format(beyondToken, 0),
        show(beyondToken / 1_024),
        show((bytesPerClient * clients) / 2 ** 20),
      ]),
    },
  };
}
