import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyOptions, jwtVerify } from 'jose';

type Claims = Readonly<Record<string, unknown>>;

/** The claims of a token that jose accepts by these keys; undefined if it refuses it. */
export async function joseVerdict(
  token: string,
  keys: readonly unknown[],
  options: JWTVerifyOptions,
): Promise<Claims | undefined> {
  const usable = keys.filter((key) => typeof key === 'object' && key !== null && !Array.isArray(key));
  const keySet = createLocalJWKSet({ keys: usable } as JSONWebKeySet);
  try {
    return (await jwtVerify(token, keySet, options)).payload;
  } catch (error) {
    return error instanceof errors.JWKSMultipleMatchingKeys
      ? firstThatFits(error, token, options)
      : undefined;
  }
}

async function firstThatFits(
  keys: InstanceType<typeof errors.JWKSMultipleMatchingKeys>,
  token: string,
  options: JWTVerifyOptions,
): Promise<Claims | undefined> {
  for await (const key of keys) {
    const claims = await jwtVerify(token, key, options).then(
      ({ payload }) => payload,
      () => undefined,
    );
    if (claims) return claims;
  }
  return undefined;
}
