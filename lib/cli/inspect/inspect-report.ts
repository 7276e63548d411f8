import type { TokenVerificationError } from '../../verify.js';
import { wrapText } from '../terminal/layout-text.js';
import { printable } from '../terminal/printable.js';
import type { Style } from '../terminal/style.js';
import { dateWords, distanceWords, durationWords } from '../terminal/time-words.js';
import type { InspectedToken } from './inspected-token.js';
import { looksLikeMs, timesOf } from './token-times.js';

/** All that is said of a token. */
export interface Inspection {
  readonly token: InspectedToken;
  readonly oddities: readonly string[];
  /** Why it is not accepted, `'good'`, or `undefined` where it was not verified. */
  readonly verdict: TokenVerificationError | 'good' | undefined;
  readonly now: number;
}

/** For programs. */
export function inspectionJson({ token, oddities, verdict, now }: Inspection): string {
  const { kind, value, header, claims } = token;
  const { issuedAt, notBefore, expiresAt, lifetimeMs } = timesOf(claims);
  const date = (at: number | undefined) => (at === undefined ? undefined : dateWords(at));
  const report = {
    kind,
    length: value.length,
    header,
    claims,
    times: claims && {
      issuedAt: date(issuedAt),
      notBefore: date(notBefore),
      expiresAt: date(expiresAt),
      lifetime: lifetimeMs === undefined ? undefined : lifetimeMs / 1_000,
      expiresIn: expiresAt === undefined ? undefined : Math.floor((expiresAt - now) / 1_000),
    },
    odd: oddities,
    verified: verdict === 'good',
    ...(verdict && verdict !== 'good' && { refusal: { code: verdict.code, message: verdict.message } }),
  };
  return `${printable(JSON.stringify(report))}\n`;
}

/** For people. */
export function inspectionText(inspection: Inspection, columns: number, style: Style): string {
  const { token, oddities } = inspection;
  const { kind, value, header, claims, signatureBytes } = token;
  const signature = kind === 'JWT' ? `, signature of ${signatureBytes} bytes` : '';
  const marked = oddities.map((words) => wrapText(`${style('!', 'yellow')} ${words}`, columns, '    '));
  const sections = [
    `${style(kind, 'bold')} of ${value.length} characters${signature}`,
    verdictText(inspection, columns, style),
    header && section('Header', json(header), style),
    claims && section('Claims', json(claims), style),
    claims && section('Times', timeLines(inspection), style),
    oddities.length > 0 && section('Odd', marked.join('\n'), style),
  ];
  return `${sections.filter(Boolean).join('\n')}\n`;
}

function verdictText({ token, verdict }: Inspection, columns: number, style: Style): string {
  const isReadable = token.kind === 'JWT';
  const unread = isReadable ? 'nothing of it is verified' : 'what it holds can be read by its server alone';
  if (verdict === undefined) return `${style('–', 'dim')} ${unread}`;
  if (verdict === 'good')
    return `${style('✓', 'green')} verified: its signature, issuer, audience and times are good`;
  return wrapText(`${style('✗', 'red')} ${printable(verdict.message)} (${verdict.code})`, columns, '  ');
}

function section(title: string, text: string, style: Style): string {
  return `\n${style(title, 'bold')}\n${text.replace(/^/gm, '  ')}`;
}

function json(value: object): string {
  return printable(JSON.stringify(value, undefined, 2));
}

function timeLines({ token: { claims = {} }, now }: Inspection): string {
  const { issuedAt, notBefore, expiresAt, lifetimeMs } = timesOf(claims);
  const line = (name: string, at: number | undefined, claim: unknown) => {
    const dated = (ms: number) => `${dateWords(ms)}  ${distanceWords(ms, now)}`;
    if (looksLikeMs(claim)) return [`${name.padEnd(11)}looks like milliseconds: ${dated(claim)}`];
    return at === undefined ? [] : [`${name.padEnd(11)}${dated(at)}`];
  };
  return (
    [
      ...line('issued', issuedAt, claims.iat),
      ...line('not before', notBefore, claims.nbf),
      ...line('ends', expiresAt, claims.exp),
      ...(lifetimeMs === undefined ? [] : [`lifetime   ${durationWords(lifetimeMs)}`]),
    ].join('\n') || 'none'
  );
}
