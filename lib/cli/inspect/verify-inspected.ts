import type { TokenVerificationError } from '../../verify.js';
import { collectSettings } from '../settings/given-settings.js';
import { readSwitch } from '../settings/read-switch.js';
import type { OptionValues } from '../usage/command.js';
import { UsageError } from '../usage/usage-error.js';

/** How long keys are waited for, in ms. */
const MAX_WAIT_MS = 10_000;

/**
 * Verifies the token as an API would; gives the reason where it is not accepted.
 * @throws {UsageError} when it is not said whose token it must be, and for whom
 * @throws {ConfigurationError} when one of these is malformed
 */
export async function verifyInspected(
  token: string,
  values: OptionValues,
  env: Readonly<NodeJS.ProcessEnv>,
): Promise<TokenVerificationError | undefined> {
  const options = readOptions(values, env);
  // Most tokens are looked at without that.
  const door = await import('../../verify.js');
  const verifier = door.createVerifier(options);
  try {
    await verifier.verify(token);
    return undefined;
  } catch (error) {
    if (error instanceof door.TokenVerificationError) return error;
    throw error;
  } finally {
    await verifier.close();
  }
}

function readOptions(values: OptionValues, env: Readonly<NodeJS.ProcessEnv>) {
  const given = collectSettings(values, env);
  const text = (option: 'issuer' | 'subdomain') => given.get(option)?.value.toString();
  const [issuer, subdomain] = [text('issuer'), text('subdomain')];
  const named = values.audience as readonly string[] | undefined;
  const audience = named ?? (env.M2M_AUDIENCE ?? '').split(/ +/).filter(Boolean);
  const missing = [
    (issuer ?? subdomain) === undefined &&
      'who must have signed it, by --issuer or --subdomain (M2M_ISSUER, M2M_SUBDOMAIN)',
    audience.length === 0 && 'whom it must be for, by --audience (M2M_AUDIENCE)',
  ].filter((words) => words !== false);
  if (missing.length > 0) throw new UsageError(`--verify wants to know ${missing.join(', and ')}.`);
  const { algorithm, 'jwks-uri': jwksUri } = values as { algorithm?: readonly string[]; 'jwks-uri'?: string };
  return {
    audience,
    maxWaitMs: MAX_WAIT_MS,
    // Metadata name the issuer of OneLogin as well as its subdomain does.
    ...(issuer === undefined ? { subdomain } : { issuer }),
    ...(algorithm && { algorithms: algorithm }),
    ...(jwksUri !== undefined && { jwksUri }),
    allowHttp: readSwitch(given.get('allowHttp')),
  };
}
