import { format } from '../day/columns.js';
import { LIBRARY } from '../day/contestants.js';
import type { Table } from '../day/table.js';
import { showSpread } from '../shared/spread.js';
import type { Contestant } from './contestants.js';
import type { Result } from './measure.js';

/** The calls of this library. */
export function tableOfCalls(results: readonly Result[]): Table {
  return {
    heads: ['', 'clients held', 'asked for', 'ns a call', 'x floor', 'x limit', 'bytes'],
    rows: results.map((result) => {
      const { name, held, asked } = result.contestant;
      return [name, format(held, 0), format(asked, 0), ...figures(result)];
    }),
  };
}

/** Of this library, the calls to one client; of the others, all. */
export function tableOfOthers(own: readonly Result[], others: readonly Result[]): Table {
  return {
    heads: ['', 'tokens', 'ns a call', 'x floor', 'x limit', 'bytes'],
    rows: [...own, ...others].map((result) => {
      const { contestant } = result;
      const { held } = contestant;
      return [title(contestant), format(held, 0), ...figures(result)];
    }),
  };
}

function figures({ ns, timesFloor, timesLimit, bytes }: Result): string[] {
  return [showSpread(ns), showSpread(timesFloor), showSpread(timesLimit), format(bytes, 0)];
}

/** Among those of other packages. */
export function title({ name, isOwn }: Contestant): string {
  return isOwn ? `${LIBRARY}: ${name}` : name;
}
