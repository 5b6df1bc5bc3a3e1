import { AppError } from '../errors.ts';
import { PRIVATE_ADDRESS_CODE } from '../outbound/guarded-agent.ts';
import { codeOf } from '../outbound/undici-errors.ts';

const WORDS: Readonly<Record<string, string>> = {
  ENOTFOUND: 'there is no such host',
  EAI_AGAIN: 'its name cannot be resolved now',
  ECONNREFUSED: 'it refused the connection',
  ETIMEDOUT: 'it does not answer',
  UND_ERR_CONNECT_TIMEOUT: 'it does not answer',
  UND_ERR_HEADERS_TIMEOUT: 'it took the request and did not answer',
  UND_ERR_BODY_TIMEOUT: 'it stopped sending',
  UND_ERR_HEADERS_OVERFLOW: 'the headers of its answer are too long',
};

/** OpenSSL's and Node's names of certificates that are not valid. */
const CERTIFICATE = /CERT|SELF_SIGNED|^UNABLE_TO_|^HOSTNAME_MISMATCH$|^INVALID_(?:CA|PURPOSE)$/;

function words(code: string): string {
  if (Object.hasOwn(WORDS, code)) return WORDS[code] ?? '';
  if (CERTIFICATE.test(code)) return `its certificate is not valid (${code})`;
  return `the connection broke off${/^[A-Z][A-Z0-9_]{2,40}$/.test(code) ? ` (${code})` : ''}`;
}

/** Why nothing, or not all, came from a host, as an error of the catalogue. @param host without credentials */
export function explainFailure(error: unknown, host: string): AppError {
  if (error instanceof AppError) return error;
  const code = codeOf(error);
  if (code === PRIVATE_ADDRESS_CODE)
    return new AppError('source_refused', `${host} does not lead to a public address`, { cause: error });
  return new AppError('source_unreachable', `${host}: ${words(code)}`, { cause: error });
}
