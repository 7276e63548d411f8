import { request } from 'node:http';
import { json } from 'node:stream/consumers';
import type { Subject } from '../../day/subject.js';

/** A request of `node:http`, and no more. */
export const subject: Subject = {
  name: 'bare node:http',
  open({ tokenEndpoint, clientId, secret }) {
    return {
      getToken: () =>
        new Promise((resolve, reject) => {
          const sent = request(tokenEndpoint, {
            method: 'POST',
            headers: {
              Authorization: `Basic ${btoa(`${clientId}:${secret()}`)}`,
              'Content-Type': 'application/x-www-form-urlencoded',
            },
          });
          sent.once('error', reject).once('response', (response) => {
            json(response).then(
              (answer) => resolve((answer as { access_token: string }).access_token),
              reject,
            );
          });
          sent.end('grant_type=client_credentials');
        }),
    };
  },
};
