import { readdirSync, readFileSync } from 'node:fs';
import { expect } from 'chai';
import { CHECKS } from '../../lib/cli/doctor/check-result.js';
import { METHODS, SETTINGS } from '../../lib/cli/settings/setting-names.js';
import { COMMANDS } from '../../lib/cli/usage/commands.js';
import { EXIT_MEANINGS } from '../../lib/cli/usage/exit-code.js';
import { EVENT_NAMES } from '../../lib/ground/events.js';
import { TokenProvider } from '../../lib/index.js';
import { readSettings } from '../../lib/options/settings.js';
import type { TokenProviderOptions } from '../../lib/options/token-provider-options.js';
import { readVerifierOptions } from '../../lib/verify/verifier-options.js';
import { TokenVerificationError, type TokenVerificationErrorCode } from '../../lib/verify.js';
import { type Member, membersOf } from '../support/members.js';
import { nameIn, rowsOf } from '../support/pages.js';

const OPTIONS = 'lib/options/token-provider-options.ts';
const PROVIDER_TABLES = [
  'Where tokens come from',
  'The client, and what it asks for',
  'Time and number',
  'Other parts',
];

const namesOf = (members: readonly Member[]) => members.map(({ name }) => name);
const named = (rows: readonly string[][]) => rows.map(([first]) => nameIn(first)).filter(Boolean);
const plain = (cell = '') => cell.replaceAll('`', '');
const asNumber = (text: string) => Number(text.replaceAll(' ', ''));

/** The options that `refresh.keepWarm` and the like stand for. */
function optionsWith(name: string, value: unknown): TokenProviderOptions {
  const [first = '', second] = name.split('.');
  return { [first]: second ? { [second]: value } : value };
}

describe('docs/options.md', () => {
  const rows = PROVIDER_TABLES.flatMap((heading) => rowsOf('docs/options.md', heading)).filter(([first]) =>
    nameIn(first),
  );
  const numbers = rows.filter(([, initial]) => /^[\d .]+$/.test(initial ?? ''));

  it('has a row for each option of a provider, and no other', () => {
    const nested = (option: string, name: string) =>
      namesOf(membersOf(OPTIONS, name)).map((member) => `${option}.${member}`);
    const flat = ['ServerOptions', 'TokenRequestOptions', 'TokenProviderOptions'].flatMap((name) =>
      namesOf(membersOf(OPTIONS, name)),
    );
    const whole = [
      ...flat.filter((name) => !['refresh', 'retry'].includes(name)),
      ...nested('refresh', 'RefreshOptions'),
      ...nested('retry', 'RetryOptions'),
    ];
    expect(whole).to.include.members(['subdomain', 'tokenType', 'http', 'retry.retries']);
    expect(named(rows)).to.have.members(whole);
  });

  it('has a row for each option of a call, and no other', () => {
    const whole = ['TargetOptions', 'WaitOptions'].flatMap((name) => namesOf(membersOf(OPTIONS, name)));
    expect(named(rowsOf('docs/options.md', 'What `getToken()` takes'))).to.have.members(whole);
  });

  const assertion = membersOf('lib/oauth/assertions/assertion-settings.ts', 'AssertionOptions');
  for (const [heading, file, name, shared] of [
    ['What `privateKeyJwt()` takes', 'private-key-jwt', 'PrivateKeyJwtOptions', assertion],
    ['What `clientSecretJwt()` takes', 'client-secret-jwt', 'ClientSecretJwtOptions', assertion],
    ['What `clientAssertion()` takes', 'client-assertion', 'ClientAssertionOptions', []],
  ] as [string, string, string, Member[]][])
    it(`says ${heading.toLowerCase()}: each option with its default, and no other`, () => {
      const members = [...membersOf(`lib/oauth/assertions/${file}.ts`, name), ...shared];
      const table = rowsOf('docs/options.md', heading);
      expect(named(table)).to.have.members(namesOf(members));
      for (const { name: option, statedDefault } of members) {
        const [, told] = table.find(([first]) => nameIn(first) === option) ?? [];
        if (/^['\d]/.test(statedDefault ?? '')) expect(plain(told), option).to.equal(statedDefault);
      }
    });

  for (const [heading, name] of [
    ['What `dpop` takes', 'DpopOptions'],
    ['What `authorize()` takes', 'AuthorizeOptions'],
  ] as const)
    it(`says ${heading.toLowerCase()}: each option, and no other`, () => {
      expect(named(rowsOf('docs/options.md', heading))).to.have.members(namesOf(membersOf(OPTIONS, name)));
    });

  it('says what tlsClient() takes: each option, and no other', () => {
    const forms = ['TlsClientFiles', 'TlsClientTexts'];
    const members = forms.flatMap((name) => namesOf(membersOf('lib/oauth/mutual-tls/tls-client.ts', name)));
    const table = rowsOf('docs/options.md', 'What `tlsClient()` takes');
    expect(new Set(named(table))).to.deep.equal(new Set(members));
  });

  it('has a row for each method, and no other', () => {
    const methods = Object.entries(Object.getOwnPropertyDescriptors(TokenProvider.prototype))
      .filter(([name, { value }]) => typeof value === 'function' && name !== 'constructor')
      .map(([name]) => name);
    const told = rowsOf('docs/options.md', 'Methods').flatMap(([first = '']) =>
      [...first.matchAll(/`(\w+)/g)].map(([, name]) => name),
    );
    expect(told).to.have.members(methods);
  });

  for (const [first, initial = '', range = ''] of numbers) {
    const name = nameIn(first);
    it(`has the default and the bounds of ${name}`, () => {
      const key = name.split('.').at(-1) as keyof ReturnType<typeof readSettings>;
      const read = (value: number) => readSettings(optionsWith(name, value))[key];
      expect(readSettings({})[key]).to.equal(asNumber(initial));
      const [, from, to] = /^(?:`minDelayMs`|above 0,|([\d ]+)) (?:up )?to ([\d .]+)$/.exec(range) ?? [];
      const most = asNumber(to ?? '');
      expect(read(most)).to.equal(most);
      expect(() => read(most * 1.5 + 1)).to.throw(`${name}: `);
      if (from === undefined) return;
      expect(read(asNumber(from))).to.equal(asNumber(from));
      expect(() => read(asNumber(from) - 1)).to.throw(`${name}: `);
    });
  }

  it('has the other defaults of the settings, and of the types', () => {
    expect(numbers).to.have.length(10);
    const { background, keepWarm } = readSettings({});
    const cellOf = (name: string) => plain(rows.find(([first]) => nameIn(first) === name)?.[1]);
    expect([cellOf('refresh.background'), cellOf('refresh.keepWarm')]).to.deep.equal([
      `${background}`,
      `${keepWarm}`,
    ]);
    const others = ['TokenRequestOptions', 'TokenProviderOptions'].flatMap((name) =>
      membersOf(OPTIONS, name),
    );
    const told = others.filter(({ name }) => !numbers.some(([first]) => nameIn(first) === name));
    for (const { name, statedDefault } of told)
      if (statedDefault !== undefined) expect(cellOf(name), name).to.equal(statedDefault);
    expect(told.filter(({ statedDefault }) => statedDefault !== undefined)).to.have.length.above(6);
  });
});

describe('the tables of other options', () => {
  const tables: [string, string | undefined, Member[]][] = [
    [
      'docs/attach.md',
      'Options',
      [
        ...membersOf('lib/attach/attach-options.ts', 'AttachOptions'),
        ...membersOf('lib/attach/fetch/authorized-fetch.ts', 'AuthorizedFetchOptions'),
      ],
    ],
    ['docs/fleet.md', undefined, membersOf('lib/stores/redis-token-store.ts', 'RedisTokenStoreOptions')],
    [
      'docs/many-clients.md',
      'What does `resolveClient` get and give?',
      ['ClientSettings', 'ServerOptions', 'TokenRequestOptions'].flatMap((name) => membersOf(OPTIONS, name)),
    ],
  ];
  for (const [page, heading, members] of tables) {
    it(`of ${page} have a row for each, and no other`, () => {
      expect(members).to.have.length.above(3);
      expect(named(rowsOf(page, heading))).to.have.members(namesOf(members));
    });
  }

  it('have the defaults that the types name', () => {
    const cells = tables.flatMap(([page, heading, members]) =>
      members
        .filter(({ statedDefault }) => /^(true|false|m2m:|Authorization: Bearer)$/.test(statedDefault ?? ''))
        .map(({ name, statedDefault }) => {
          const row = rowsOf(page, heading).find(([first]) => nameIn(first) === name);
          return [name, plain(row?.[1]), statedDefault];
        }),
    );
    expect(cells.map(([name]) => name)).to.include.members(['header', 'retryRejected', 'sealed', 'prefix']);
    for (const [name, told, stated] of cells) expect(told, name).to.equal(stated);
  });
});

describe('docs/errors.md', () => {
  const source = readFileSync('lib/ground/errors.ts', 'utf8');
  const classes = [...source.matchAll(/^export class (\w+Error) .*?^ {2}readonly code = '(\w+)';/gms)].map(
    ([, name = '', code = '']) => [name, code],
  );

  it('has a row for each class with its code, and no other', () => {
    expect(classes).to.have.length(7);
    const [head = ''] = readFileSync('docs/errors.md', 'utf8').split('\n## ');
    const rows = [...head.matchAll(/^\| `(\w+)` \| `(\w+)` \|/gm)].map(([, name, code]) => [name, code]);
    expect(rows).to.deep.equal(classes);
  });

  it('has no reason that is not in the source', () => {
    const sources = readdirSync('lib', { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .map((file) => readFileSync(`lib/${file}`, 'utf8'))
      .join('');
    const reasons = named(rowsOf('docs/errors.md', 'What does `reason` say?'));
    expect(reasons).to.have.length.above(5);
    for (const reason of reasons) expect(sources).to.contain(`'${reason}'`);
  });

  it('tells, as the README does, of each class that getToken() throws', () => {
    const doc = /Gives the access token.*?\n {2}getToken\(/s.exec(
      readFileSync('lib/token-provider.ts', 'utf8'),
    );
    const thrown = new Set([...(doc?.[0] ?? '').matchAll(/@throws \{(\w+)\}/g)].map(([, name]) => name));
    const told = (page: string, heading: string) =>
      rowsOf(page, heading).flatMap(([first = '']) =>
        [...first.matchAll(/`(\w+Error)`/g)].map(([, name]) => name),
      );
    expect(told('docs/errors.md', 'Which ones does `getToken()` throw?')).to.have.members([...thrown]);
    expect(told('README.md', 'Errors')).to.have.members([...thrown]);
  });
});

describe('docs/events.md', () => {
  it('names each field of status()', () => {
    const text = readFileSync('docs/events.md', 'utf8').split('`status()`').at(-1);
    for (const { name } of membersOf('lib/entry/entry-status.ts', 'EntryStatus'))
      expect(text).to.contain(`\`${name}\``);
  });
});

describe('docs/events.md, of channels', () => {
  const rows = rowsOf('docs/events.md', 'How does somebody else listen?');
  const words = (cell = '') => [...cell.matchAll(/`([\w:-]+)`/g)].map(([, word = '']) => word);
  const [events = [], wait = [], request = []] = rows;

  it('has one for each event, and those of waits and token requests', () => {
    const [first = '', ...others] = words(events[0]);
    expect([first, ...others.map((name) => `m2m-token-provider${name}`)]).to.deep.equal(
      EVENT_NAMES.map((name) => `m2m-token-provider:${name}`),
    );
    expect(words(wait[0])).to.deep.equal(['m2m-token-provider:wait']);
    const [start, ...stages] = words(request[0]);
    expect(start).to.equal('tracing:m2m-token-provider:token-request:start');
    expect(stages).to.deep.equal([':end', ':asyncStart', ':asyncEnd', ':error']);
  });

  it('names the fields of each message', () => {
    const folder = 'lib/ground/diagnostics';
    expect(words(wait[2])).to.include.members(namesOf(membersOf(`${folder}/wait-channel.ts`, 'WaitMessage')));
    expect(words(request[2])).to.deep.equal(
      namesOf(membersOf(`${folder}/token-request-channel.ts`, 'TokenRequestMessage')),
    );
  });
});

describe('docs/verify.md', () => {
  const PAGE = 'docs/verify.md';
  const VERIFIER_OPTIONS = 'lib/verify/verifier-options.ts';
  const rows = rowsOf(PAGE, 'Options');
  const numbers = rows.filter(([, initial]) => /^[\d .]+$/.test(initial ?? ''));
  const read = (options: object = {}) =>
    readVerifierOptions({ subdomain: 'acme', audience: 'https://api.example.com', ...options });

  it('has a row for each option of a verifier and of a call, and no other', () => {
    expect(named(rows)).to.have.members(namesOf(membersOf(VERIFIER_OPTIONS, 'VerifierOptions')));
    const ofCalls = named(rowsOf(PAGE, 'What `verify()` and `verifyRequest()` take'));
    expect(ofCalls).to.have.members(namesOf(membersOf('lib/verify/verify-options.ts', 'VerifyOptions')));
  });

  for (const [first, initial = '', range = ''] of numbers) {
    const name = nameIn(first) as 'cacheSize';
    it(`has the default and the bounds of ${name}`, () => {
      const [least = 0, most = 0] = range.split(' to ').map(asNumber);
      expect(read()[name]).to.equal(asNumber(initial));
      for (const value of [least, most]) expect(read({ [name]: value })[name]).to.equal(value);
      for (const value of [least - 1, most + 1]) expect(() => read({ [name]: value })).to.throw(`${name}: `);
    });
  }

  it('has the other defaults', () => {
    expect(numbers).to.have.length(5);
    const cellOf = (name: string) => plain(rows.find(([first]) => nameIn(first) === name)?.[1]);
    const { algorithms, allowHttp } = read();
    expect(cellOf('algorithms')).to.equal(`['${algorithms.join("', '")}']`);
    expect(cellOf('allowHttp')).to.equal(`${allowHttp}`);
  });

  it('has a row for each code, with its answer, and no other', () => {
    const [, list = ''] =
      /export type TokenVerificationErrorCode =\n(.*?);/s.exec(
        readFileSync('lib/ground/errors.ts', 'utf8'),
      ) ?? [];
    const codes = [...list.matchAll(/'(\w+)'/g)].map(([, code]) => code as TokenVerificationErrorCode);
    const told = rowsOf(PAGE, 'Which errors are there?').map(([code = '', status, error = '']) => [
      nameIn(code),
      Number(status),
      nameIn(error),
    ]);
    const answers = codes.map((code) => {
      const { httpStatus, challenge = '' } = new TokenVerificationError(code, 'Words.');
      return [code, httpStatus, /error="(\w+)"/.exec(challenge)?.[1] ?? ''];
    });
    expect(codes).to.have.length.above(10);
    expect(told).to.deep.equal(answers);
  });

  it('has each event with the fields of its payload, and those of status()', () => {
    const EVENTS = 'lib/verify/keys/key-events.ts';
    const payloads = ['KeysRefreshEvent', 'KeysRetryEvent', 'KeysFailureEvent', 'KeysExpireEvent'];
    const told = rowsOf(PAGE, 'Which events are there?').map(([, , payload = '']) =>
      [...payload.matchAll(/`(\w+)`/g)].map(([, name]) => name),
    );
    expect(told).to.deep.equal(payloads.map((name) => namesOf(membersOf(EVENTS, name))));
    const [, text = ''] = readFileSync(PAGE, 'utf8').split('\n`status()` gives');
    for (const { name } of membersOf('lib/verify/keys/key-status.ts', 'VerifierStatus'))
      expect(text).to.contain(`\`${name}\``);
  });
});

describe('the table beside others', () => {
  /** Scenario and column of bench/day/RESULTS.md, in the order of the table. */
  const HEADLINES: readonly (readonly [string, string])[] = [
    ['Calm', 'waited'],
    ['Outages of 240 s', 'waited'],
    ['Outages of 240 s', 'failed'],
    ['Outages of 480 s', 'failed'],
    ['Clock set back', 'expired'],
    ['500 processes started together', 'busiest, hour 6'],
  ];

  for (const page of ['README.md', 'docs/benchmarks.md']) {
    it(`of ${page} has the figures that were measured`, () => {
      const heading = page === 'README.md' ? 'Beside others' : 'A day of traffic';
      const rows = rowsOf(page, heading).map((row) => row.slice(1));
      const figure = (cell: string) => Number(cell.replaceAll(',', ''));
      const measured = HEADLINES.map(([scenario, column]) => {
        const [own = '', ...peers] = columnOf(scenario, column);
        const sorted = peers.toSorted((a, b) => figure(a) - figure(b));
        return [own, sorted[0], `up to ${sorted.at(-1)}`];
      });
      expect(rows).to.deep.equal(measured);
    });
  }

  /** This library's figure, then those of its eight peers. */
  function columnOf(scenario: string, column: string): string[] {
    const [, after = ''] = readFileSync('bench/day/RESULTS.md', 'utf8').split(`\n## ${scenario}\n`);
    const [section = ''] = after.split('\n## ');
    const [heads = '', , ...rows] = section.split('\n').filter((line) => line.startsWith('|'));
    const cells = (line: string) => line.split('|').map((cell) => cell.trim());
    const found = rows.map((row) => cells(row)[cells(heads).indexOf(column)] ?? '');
    expect(found, scenario).to.have.length(9);
    return found;
  }
});

describe('docs/command-line.md', () => {
  const cells = (heading: string, column: number) =>
    rowsOf('docs/command-line.md', heading).map((row) => plain(row[column]));

  it('has a row for each setting, with its option, and no other', () => {
    expect(cells('Settings', 0)).to.have.members(SETTINGS.map(({ variable }) => `M2M_${variable}`));
    const flags = SETTINGS.map(({ flag }) => (flag === undefined ? '' : `--${flag}`));
    expect(cells('Settings', 1)).to.have.members(flags);
    for (const method of METHODS) expect(cells('Settings', 2).join(' ')).to.contain(method);
  });

  it('has a row for each check of the doctor, in their order', () => {
    expect(cells('Why does no token come?', 0).join(', ').split(', ')).to.deep.equal([...CHECKS]);
  });

  it('has a row for each exit code, and for each form of a token', () => {
    const codes = rowsOf('docs/command-line.md').map(([first = '']) => first);
    expect(codes).to.include.members(EXIT_MEANINGS.map(([code]) => String(code)));
    const { choices = [] } = COMMANDS.find(({ name }) => name === 'token')?.options.output ?? {};
    const forms = cells('A token for a script', 0).map((cell) => cell.split(' ')[0]);
    expect(forms).to.deep.equal([...choices]);
  });
});
