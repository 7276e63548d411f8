/** What a subject is given to work with. */
export interface Surroundings {
  readonly tokenEndpoint: string;
  readonly clientId: string;
  /** The client's secret as it is now. */
  readonly secret: () => string;
  /** Leads to the simulated token endpoint. */
  readonly fetch: typeof fetch;
}

/** One process's use of a subject. */
export interface Client {
  getToken(): Promise<string>;
  /** Tells of a new secret, where the subject has a method for that. */
  useSecret?(secret: string): void;
  close?(): Promise<void>;
}

/** A way of slot tokens that the bench compares. */
export interface Subject {
  readonly name: string;
  open(surroundings: Surroundings): Client;
}
