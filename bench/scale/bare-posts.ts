import { type Agent, request } from 'node:http';
import { text } from 'node:stream/consumers';
import axios from 'axios';

type Post = () => Promise<unknown>;

const BODY = 'grant_type=client_credentials';
const HEADERS = {
  Authorization: `Basic ${Buffer.from('tenant:secret').toString('base64')}`,
  'Content-Type': 'application/x-www-form-urlencoded',
  Accept: 'application/json',
};

/** So many posts, so many at a time, and nothing else: what there is to be had. */
export async function postMany(post: Post, count: number, concurrency: number): Promise<void> {
  let left = count;
  const work = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await post();
    }
  };
  await Promise.all(Array.from({ length: concurrency }, work));
}

export function nodePost(url: string, agent: Agent): Post {
  const headers = { ...HEADERS, 'Content-Length': BODY.length };
  return () =>
    new Promise((resolve, reject) => {
      request(url, { method: 'POST', agent, headers }, (response) => {
        text(response).then((body) => resolve(JSON.parse(body)), reject);
      })
        .once('error', reject)
        .end(BODY);
    });
}

export function axiosPost(url: string, agent: Agent): Post {
  const http = axios.create({ httpAgent: agent, headers: HEADERS });
  return () => http.post(url, BODY);
}
