import axios, {
  AxiosError,
  type AxiosInstance,
  type AxiosResponse,
  type InternalAxiosRequestConfig,
} from 'axios';

type Headers = Readonly<Record<string, string>>;

/** One token request that has come, and waits for the test to answer it. */
export class ScriptedRequest {
  constructor(
    readonly config: InternalAxiosRequestConfig,
    private readonly resolve: (response: AxiosResponse) => void,
    private readonly reject: (error: Error) => void,
  ) {}

  answer(status: number, body: unknown = '', headers: Headers = {}): void {
    const data = typeof body === 'string' ? body : JSON.stringify(body);
    this.resolve({ status, statusText: '', data, headers, config: this.config });
  }

  grant(accessToken: string, fields: object = { expires_in: 600 }): void {
    this.answer(200, { access_token: accessToken, token_type: 'Bearer', ...fields });
  }

  refuse(error: string, status = 400): void {
    this.answer(status, { error });
  }

  /** As the network or TLS would, by the code that Node gives it. */
  fail(code: string): void {
    this.reject(new AxiosError(`read ${code}`, code, this.config));
  }

  reset(): void {
    this.fail('ECONNRESET');
  }

  /** A kept-alive connection that was closed meanwhile. */
  meetClosedConnection(): void {
    this.reject(new AxiosError('read ECONNRESET', 'ECONNRESET', this.config, { reusedSocket: true }));
  }
}

/** Stands where the network would be: axios's own adapter, so that all of our code runs, in virtual time as well. */
export class ScriptedServer {
  readonly requests: ScriptedRequest[] = [];
  /** Answers each request as it comes; without one, requests hang until the test answers them. */
  respond: ((request: ScriptedRequest, count: number) => void) | undefined;
  readonly http: AxiosInstance = axios.create({
    adapter: (config) =>
      new Promise((resolve, reject) => {
        const request = new ScriptedRequest(config, resolve, reject);
        this.requests.push(request);
        this.respond?.(request, this.requests.length);
      }),
  });

  get last(): ScriptedRequest {
    const last = this.requests.at(-1);
    if (!last) throw new Error('No token request has come.');
    return last;
  }
}

/** Who sent a request, by Basic. */
export function clientOf({ config }: ScriptedRequest): string {
  const [, credentials = ''] = String(config.headers.get('Authorization')).split(' ');
  const [id = ''] = Buffer.from(credentials, 'base64').toString().split(':');
  return new URLSearchParams(`id=${id}`).get('id') ?? '';
}
