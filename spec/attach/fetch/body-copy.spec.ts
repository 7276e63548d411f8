import { expect } from 'chai';
import { copyBody } from '../../../lib/attach/fetch/body-copy.js';
import { thrown } from '../../support/rejection.js';

const sent = (body: unknown) => new Response(body as never).text();

describe('copyBody()', () => {
  it('leaves alone what changes no more, or cannot be copied', () => {
    const same = ['', 'text', null, new Blob(['b']), new Blob(['s']).stream(), { toString: () => 'x' }];
    for (const body of same) expect(copyBody(body)).to.equal(body);
  });

  it('makes the text of what is no object, as fetch does', () => {
    expect([copyBody(5), copyBody(false), copyBody(7n)]).to.deep.equal(['5', 'false', '7']);
    expect(thrown(() => copyBody(Symbol('body')))).to.be.instanceOf(TypeError);
  });

  it('keeps bytes as they are now', async () => {
    const bytes = new TextEncoder().encode('abcd');
    const bodies = [
      bytes,
      Buffer.from(bytes.buffer),
      new DataView(bytes.buffer),
      new Uint16Array(bytes.buffer),
      bytes.buffer,
    ];
    const copies = [...bodies, bytes.subarray(1, 3)].map(copyBody);
    bytes.fill(120);
    expect(await Promise.all(copies.map(sent))).to.deep.equal([...Array(5).fill('abcd'), 'bc']);
  });

  it('leaves memory that threads share to fetch, which refuses it', () => {
    const shared = new Uint8Array(new SharedArrayBuffer(2));
    expect(copyBody(shared)).to.equal(shared);
  });

  it('keeps parameters and forms as they are now', async () => {
    const parameters = new URLSearchParams({ a: '1' });
    const form = new FormData();
    form.append('a', '1');
    form.append('a', new File(['content'], 'name.txt', { type: 'text/plain' }));
    const [first, second] = [copyBody(parameters) as URLSearchParams, copyBody(form) as FormData];
    parameters.set('a', '2');
    form.delete('a');
    expect(String(first)).to.equal('a=1');
    const [text, file] = second.getAll('a') as [string, File];
    expect([text, file.name, file.type, await file.text()]).to.deep.equal([
      '1',
      'name.txt',
      'text/plain',
      'content',
    ]);
  });
});
