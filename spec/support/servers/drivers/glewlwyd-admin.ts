import { Agent, fetch, type RequestInit, type Response } from 'undici';

/** The interface for administrators of Glewlwyd, with the account that every new one has. */
export class GlewlwydAdmin {
  private constructor(
    private readonly api: string,
    private readonly dispatcher: Agent,
    private readonly cookie: string,
  ) {}

  /** @param ca - who has signed for it, if it is at https */
  static async login(origin: string, ca?: string): Promise<GlewlwydAdmin> {
    const api = `${origin}/api/`;
    const dispatcher = new Agent({ connect: { ...(ca !== undefined && { ca }) }, keepAliveTimeout: 10 });
    const anonymous = new GlewlwydAdmin(api, dispatcher, '');
    const answer = await anonymous.send('POST', 'auth', { username: 'admin', password: 'password' });
    const cookies = answer.headers.getSetCookie().map((cookie) => cookie.split(';', 1)[0]);
    return new GlewlwydAdmin(api, dispatcher, cookies.join('; '));
  }

  async has(path: string): Promise<boolean> {
    const answer = await this.#fetch(path, {});
    await answer.body?.cancel();
    return answer.ok;
  }

  async send(method: string, path: string, body: object): Promise<Response> {
    const answer = await this.#fetch(path, { method, body: JSON.stringify(body) });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`Glewlwyd: ${path}: ${answer.status} ${text}`);
    return answer;
  }

  #fetch(path: string, init: RequestInit): Promise<Response> {
    const headers = { cookie: this.cookie, 'content-type': 'application/json' };
    return fetch(this.api + path, { ...init, headers, dispatcher: this.dispatcher });
  }
}
