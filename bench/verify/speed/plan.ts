import type { Algorithm, SigningKey } from '../tokens.js';

/** What is asked of all subjects that share a process. */
export interface Kind {
  readonly algorithm: Algorithm;
  /** The same token again, or another each time. */
  readonly isSeen: boolean;
}

/** What one process is told. */
export interface Plan extends Kind {
  readonly issuer: string;
  readonly key: SigningKey;
  /** Files of the subjects. */
  readonly files: readonly string[];
  readonly rounds: number;
}

/** µs a verification. */
export interface Times {
  readonly cpu: number;
  readonly elapsed: number;
}

/** What one process found, by the files of the subjects. */
export type Figures = Readonly<Record<string, Times>>;
