import axios, {
  type AxiosAdapter,
  AxiosHeaders,
  type AxiosResponse,
  type InternalAxiosRequestConfig,
} from 'axios';
import { expect } from 'chai';
import { Attachment } from '../../../lib/attach/axios/attachment.js';
import { readAxios } from '../../../lib/attach/axios/supported-axios.js';
import { TokenCarrier } from '../../../lib/attach/token-carrier.js';
import { fakeProvider } from '../../../lib/testing.js';
import { rejection } from '../../support/rejection.js';
import { warningsOf } from '../../support/warnings.js';

type Config = InternalAxiosRequestConfig;

const source = fakeProvider({ token: 'the-token' });
const own: AxiosAdapter = () => Promise.reject(new Error('It is not sent.'));

describe('Attachment', () => {
  const open = (header?: string) => {
    const options = { origins: 'https://api.example', ...(header && { header }) };
    const { instance, bare } = readAxios(axios.create());
    return new Attachment(instance, bare, new TokenCarrier<Config>(source, options));
  };
  const configOf = (changes: object): Config => ({ headers: new AxiosHeaders(), ...changes });
  /** Sends nothing, and keeps what would be sent. */
  const recorder = () => {
    const sent: { url: string; baseURL: string | undefined; token: unknown }[] = [];
    const adapter: AxiosAdapter = async (config) => {
      const { url = '', baseURL, headers } = config;
      sent.push({ url, baseURL, token: headers.Authorization ?? headers['X-Token'] });
      return { status: 200, statusText: '', headers: {}, data: '', config } as AxiosResponse;
    };
    return { sent, adapter };
  };

  it('makes one adapter for the same list of adapters, though axios copies it for each request', () => {
    const attachment = open();
    for (const makeList of [() => own, () => 'http', () => ['xhr', 'http'], () => [own], () => undefined]) {
      const first = attachment.wrap(makeList() as typeof own);
      expect(attachment.wrap(makeList() as typeof own)).to.equal(first);
    }
    const both = attachment.wrap(['xhr', 'http']);
    for (const other of [['http', 'xhr'], ['xhr'], ['xhr', 'http', 'fetch'], 'http', own])
      expect(attachment.wrap(other as typeof own)).to.not.equal(both);
  });

  it('does not wrap its own adapter again, but that of another attachment', async () => {
    let sent: object | undefined;
    const adapter: AxiosAdapter = async (config) => {
      sent = { ...config.headers };
      return { status: 200, statusText: '', headers: {}, data: '', config };
    };
    const attachment = open();
    const wrapped = attachment.wrap(adapter);
    expect(attachment.wrap(wrapped)).to.equal(wrapped);
    const twice = open('X-Token').wrap(wrapped);
    expect(twice).to.not.equal(wrapped);
    await twice(configOf({ url: 'https://api.example/' }));
    expect(sent).to.deep.equal({ Authorization: 'Bearer the-token', 'X-Token': 'the-token' });
  });

  for (const [url, baseURL, isCarried, more = {}] of [
    ['https://api.example/things', undefined, true],
    ['https://API.example:443/things', undefined, true],
    ['/things', 'https://api.example/v1', true],
    ['', 'https://api.example', true],
    [undefined, 'https://api.example', true],
    ['https://api.example/', 'https://other.example', true],
    [new URL('https://api.example/things'), undefined, true],
    ['https://other.example/', 'https://api.example', false],
    ['//other.example/', 'https://api.example', false],
    ['https://other.example/', 'https://api.example', true, { allowAbsoluteUrls: false }],
    ['https://api.example@other.example/', undefined, false],
    ['https://user:secret@api.example/', undefined, false],
    ['http://api.example/', undefined, false],
    ['@other.example/', 'https://api.example', true],
    ['/things', undefined, false],
    ['/things', 'https://api.example', false, { auth: { username: 'u', password: 'p' } }],
  ] as const) {
    const given = `${url} at ${baseURL}${more === undefined ? '' : ` with ${Object.keys(more)}`}`;
    it(`judges where axios would send it: ${given}, ${isCarried ? 'with' : 'without'} the token`, async () => {
      const { sent, adapter } = recorder();
      // Those of tokens that are withheld are tried elsewhere.
      await warningsOf(() => open().wrap(adapter)(configOf({ url, baseURL, ...more })));
      expect(sent.map(({ token }) => token)).to.deep.equal([isCarried ? 'Bearer the-token' : undefined]);
    });
  }

  for (const headers of [
    { Authorization: 'own' },
    { authorization: 'own' },
    { 'X-TOKEN': 'own' },
    { 'x-token': false },
  ]) {
    it(`leaves a header of the caller's own alone: ${JSON.stringify(headers)}`, async () => {
      let sent: object | undefined;
      const adapter: AxiosAdapter = async (config) => {
        sent = { ...config.headers };
        return { status: 200, statusText: '', headers: {}, data: '', config };
      };
      await open('X-Token').wrap(adapter)(
        configOf({ url: 'https://api.example/', headers: new AxiosHeaders(headers) }),
      );
      expect(sent).to.deep.equal({ ...new AxiosHeaders(headers) });
    });
  }

  it('goes where a URL object led when the request was made, though it is changed', async () => {
    const { sent, adapter } = recorder();
    const [url, baseURL] = [new URL('https://api.example/things'), new URL('https://api.example')];
    const sending = open().wrap(adapter)(configOf({ url, baseURL }));
    url.host = 'other.example';
    baseURL.host = 'other.example';
    await sending;
    expect(sent).to.deep.equal([
      { url: 'https://api.example/things', baseURL: 'https://api.example/', token: 'Bearer the-token' },
    ]);
  });

  it('sends what it judged, though the config is changed meanwhile, by a list of adapters', async () => {
    const { sent, adapter } = recorder();
    const wrapped = open().wrap(['xhr', adapter]);
    for (const turn of ['first', 'later']) {
      const config = configOf({ url: `https://api.example/${turn}` });
      const sending = wrapped(config);
      config.url = 'https://other.example/';
      config.headers.set('X-Late', 'yes');
      expect((await sending).status).to.equal(200);
    }
    expect(sent).to.deep.equal(
      ['first', 'later'].map((turn) => ({
        url: `https://api.example/${turn}`,
        baseURL: undefined,
        token: 'Bearer the-token',
      })),
    );
  });

  it('fails with what axios says where none of the adapters is there', async () => {
    const error = await rejection(open().wrap('xhr')(configOf({ url: 'https://api.example/' })));
    expect(error).to.be.instanceOf(axios.AxiosError).with.property('code', 'ERR_NOT_SUPPORT');
  });
});
