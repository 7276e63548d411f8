import { Agent, type Dispatcher } from 'undici';
import { COUNT_HEADER, type OpenPair, type Send } from '../pair.js';
import { makeProvider } from './provider.js';

type UndiciEntry = typeof import('../../../lib/undici.js');

export const open: OpenPair = async (origin, endpoint) => {
  const built = new URL('../../../dist/undici.js', import.meta.url);
  const { tokenInterceptor } = (await import(built.href)) as UndiciEntry;
  const interceptor = tokenInterceptor(await makeProvider(endpoint), { origins: origin });
  return {
    makePlain: () => sendBy(new Agent({ connections: 1 }), origin),
    attached: sendBy(new Agent({ connections: 1 }).compose(interceptor as never), origin),
  };
};

function sendBy(dispatcher: Dispatcher, origin: string): Send {
  return async () => {
    const { headers, body } = await dispatcher.request({
      origin,
      path: '/things/1?full=true',
      method: 'GET',
    });
    await body.json();
    return Number(headers[COUNT_HEADER]);
  };
}
