import type { Random } from '../../day/random.js';
import type { VirtualTime } from '../../day/virtual-time.js';
import type { TokenMaker } from '../tokens.js';

const MACHINES = 20;
const TOKEN_LIFETIME_S = 600;
/** A machine goes on with a token for so long after it has got the next. */
const LEFT_S = 60;

/** The callers: each sends the same token for ten minutes, and each has its own moment at which it takes another. */
export class Machines {
  readonly #time: VirtualTime;
  readonly #maker: TokenMaker;
  readonly #random: Random;
  readonly #tokens = new Map<number, { readonly iat: number; readonly token: string }>();

  constructor(time: VirtualTime, maker: TokenMaker, random: Random) {
    this.#time = time;
    this.#maker = maker;
    this.#random = random;
  }

  /** The token of a machine, any of them. */
  goodToken(): string {
    const machine = Math.floor(this.#random() * MACHINES);
    const iat = this.#issuedAt(machine);
    const held = this.#tokens.get(machine);
    if (held?.iat === iat) return held.token;
    const token = this.#maker.make({
      iat,
      exp: iat + TOKEN_LIFETIME_S + LEFT_S,
      sub: `machine-${machine}`,
      client_id: `machine-${machine}`,
    });
    this.#tokens.set(machine, { iat, token });
    return token;
  }

  /** With a signature that belongs to another token. */
  badToken(): string {
    return this.#maker.forge(this.goodToken());
  }

  /** The last moment at which this machine took another token, in s since the epoch. */
  #issuedAt(machine: number): number {
    const shift = (machine * TOKEN_LIFETIME_S) / MACHINES;
    const now = Math.floor(this.#time.epochNow() / 1_000);
    return now - ((now + shift) % TOKEN_LIFETIME_S);
  }
}
