import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { AxiosError, AxiosResponse } from 'axios';

/** What a caller sees of an answer, or of an error: all but the fragment of the address that a redirect leads to. */
export async function outcomeOf(sent: Promise<AxiosResponse>): Promise<object> {
  return sent.then(shownAnswer, async (error: AxiosError) => ({
    thrown: [error.name, error.code, error.message, error.status],
    cause: (error.cause as Error | undefined)?.message,
    answer: error.response && (await shownAnswer(error.response)),
  }));
}

async function shownAnswer({ status, statusText, headers, data, request }: AxiosResponse): Promise<object> {
  const { date: _, ...others } = { ...headers } as Record<string, unknown>;
  const body = data instanceof Readable ? await text(data).catch((error: Error) => error.message) : data;
  return { status, statusText, headers: others, body, address: request?.res?.responseUrl?.split('#')[0] };
}
