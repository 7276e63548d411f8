const MAX_LENGTH = 60;

/** Of systems, as `ECONNREFUSED`, `EPROTONOSUPPORT`, `ERR_SSL_WRONG_VERSION_NUMBER`, `E2BIG` and `57P01`; keys have more digits in one part. */
const FIRST_PART = /^([A-Z]{1,20}\d{0,3}|[A-Z0-9]{5})$/;
const OTHER_PART = /^([A-Z]{1,20}\d{0,3}|[A-Z0-9]{1,6})$/;
/** Names of classes, as `RangeError`, and other words. */
const WORDS = /^[a-z]{1,40}(_[a-z]{1,20})*$/i;
const NAME = /^[a-z][a-z0-9]{0,40}(Error|Exception)$/i;

/** Whether this names a failure. What does not look like a name may be a secret, or a token, that whoever threw it had in hand. */
export function isErrorCode(text: unknown): text is string {
  if (typeof text !== 'string' || text.length > MAX_LENGTH) return false;
  return WORDS.test(text) || NAME.test(text) || isOfSystem(text);
}

/** Part by part: one expression for all of them may take seconds for what a server chose. */
function isOfSystem(text: string): boolean {
  const [first = '', ...others] = text.split('_');
  return FIRST_PART.test(first) && others.every((part) => OTHER_PART.test(part));
}
