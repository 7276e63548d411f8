import type { Table } from '../../day/table.js';

/** A table, and what must be known to read it. */
export interface TitledTable {
  readonly title: string;
  readonly note: string;
  readonly table: Table;
}

/** A number of clients. */
export function count(value: number): string {
  return value.toLocaleString('en');
}
