import type { AxiosInstance, AxiosRequestConfig, AxiosResponse, InternalAxiosRequestConfig } from 'axios';

type Config = InternalAxiosRequestConfig;
type Adapters = Config['adapter'];
/** What is used of an instance. */
type Bare = Pick<AxiosInstance, 'request' | 'getUri' | 'defaults' | 'interceptors'>;
type MakeBare = new (defaults: object) => Bare;

/**
 * An instance of the same copy of axios as a given one, without its defaults and interceptors. It finds the adapters that this
 * copy has, and its errors are those that the user knows. An import could not tell which copy that is: an application may have
 * several, and a bundle holds its own.
 */
export class BareAxios {
  readonly #bare: Bare;
  /** What is sent in place of the next request of the bare instance. */
  #next: Config | undefined;
  #last: Config | undefined;

  private constructor(bare: Bare) {
    this.#bare = bare;
    bare.interceptors.response.clear();
    bare.interceptors.request.clear();
    const takeNext = (given: Config): Config => {
      this.#last = given;
      return this.#next ?? given;
    };
    bare.interceptors.request.use(takeNext, undefined, { synchronous: true });
    // They count for nothing, but axios would merge them into each request.
    for (const name of Object.keys(bare.defaults)) Reflect.deleteProperty(bare.defaults, name);
  }

  /** `undefined` where the instance is none of axios itself, but something around one. */
  static of(instance: AxiosInstance): BareAxios | undefined {
    const bare = makeAnother(instance);
    const isOther = bare?.interceptors && bare.interceptors.request !== instance.interceptors.request;
    return isOther && bare.defaults && bare.defaults !== instance.defaults ? new BareAxios(bare) : undefined;
  }

  /**
   * Sends this very config, by adapters that are told by name. The adapter gets it before anybody else's code can run. It must be a
   * copy: its transformations, which have run, are taken away.
   */
  send(config: Config, adapters: Adapters): Promise<AxiosResponse> {
    Object.assign(config, { adapter: adapters, transformRequest: undefined, transformResponse: undefined });
    this.#next = config;
    return this.#bare.request(NOTHING);
  }

  getUri(config: AxiosRequestConfig): string {
    return this.#bare.getUri(config);
  }

  /** The headers of a request as this axios makes them. Nothing is sent. */
  makeHeaders(): unknown {
    this.#next = undefined;
    void this.#bare.request({ adapter: () => new Promise(() => undefined) });
    return this.#last?.headers;
  }
}

const NOTHING: AxiosRequestConfig = {};

/** Not by the class of the instance itself: a subclass may do anything in its constructor. */
function makeAnother(instance: AxiosInstance): Bare | undefined {
  let Class: MakeBare | undefined;
  for (let one = Object.getPrototypeOf(instance); one; one = Object.getPrototypeOf(one))
    if (Object.hasOwn(one, 'request')) Class = one.constructor as MakeBare;
  if (Class) return new Class({});
  // Instances that are functions have no class of their own.
  return typeof instance.create === 'function' ? instance.create() : undefined;
}
