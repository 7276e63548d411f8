import { isArray, isPlainObject } from '../../ground/value-kind.js';
import { readJsonObject } from '../../http/answer-body.js';

/** What a server says of a refusal, as it wrote it. */
export interface ServerWords {
  readonly code: string | undefined;
  readonly description: string | undefined;
}

/**
 * Reads `error` and `error_description` (RFC 6749 §5.2), or what stands in their place: Apigee, Okta, Google, Facebook and API
 * frameworks have names and shapes of their own for errors that never come to their OAuth code.
 */
export function readServerWords(body: string): ServerWords {
  const fields = readJsonObject(body) ?? {};
  const { errors } = fields;
  const [inner = {}] = [fields.error, fields.fault, isArray(errors) ? errors[0] : undefined].filter(
    isPlainObject,
  );
  const description = firstText(
    ...[fields.error_description, inner.message, inner.faultstring],
    ...[fields.errorSummary, fields.errorMessage, fields.error_message],
    ...[fields.message, fields.Error, fields.reason, fields.detail],
  );
  // QQ and others number their errors, and say in words what they mean.
  const number = description === undefined ? undefined : firstNumber(fields.error, inner.code);
  return {
    code:
      firstText(
        ...[fields.error, inner.code, inner.type, inner.status],
        ...[fields.errorCode, fields.ErrorCode, fields.error_code],
      ) ?? number,
    description,
  };
}

function firstNumber(...values: readonly unknown[]): string | undefined {
  return values.find((value) => typeof value === 'number' && value !== 0)?.toString();
}

function firstText(...values: readonly unknown[]): string | undefined {
  return values.find((value): value is string => typeof value === 'string' && value !== '');
}
