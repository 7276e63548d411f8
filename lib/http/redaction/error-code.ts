const MAX_LENGTH = 60;

/** Of systems, as `ECONNREFUSED`, `EPROTONOSUPPORT`, `ERR_SSL_WRONG_VERSION_NUMBER`, `E2BIG` and `57P01`; keys have more digits in one part. */
const OF_A_SYSTEM = /^([A-Z]{1,20}\d{0,3}|[A-Z0-9]{5})(_([A-Z]{1,20}\d{0,3}|[A-Z0-9]{1,6}))*$/;
/** Names of classes, as `RangeError`, and other words. */
const WORDS = /^[a-z]{1,40}(_[a-z]{1,20})*$/i;
const NAME = /^[a-z][a-z0-9]{0,40}(Error|Exception)$/i;
const CODES = [OF_A_SYSTEM, WORDS, NAME];

/** Whether this names a failure. What does not look like a name may be a secret, or a token, that whoever threw it had in hand. */
export function isErrorCode(text: unknown): text is string {
  return typeof text === 'string' && text.length <= MAX_LENGTH && CODES.some((code) => code.test(text));
}
