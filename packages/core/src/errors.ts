/** What went wrong, in one word that callers may switch on. */
export type ErrorCode =
  | 'shape'
  | 'config'
  | 'checkpoint'
  | 'data'
  | 'unsupported'
  | 'numeric'
  | 'memory'
  | 'interrupted';

const brand = Symbol.for('vividmed.error');

/**
 * The one error type of every VividMed package.
 *
 * Messages read `where: expected X, found Y.`; `hint` says what to do about it. Neither holds values of an image or a
 * report: indices, names and shapes only.
 */
export class VividMedError extends Error {
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly [brand] = true;

  constructor(code: ErrorCode, message: string, options: { hint?: string; cause?: unknown } = {}) {
    super(
      options.hint === undefined ? message : `${message}\nHint: ${options.hint}`,
      options.cause === undefined ? undefined : { cause: options.cause },
    );
    this.name = 'VividMedError';
    this.code = code;
    this.hint = options.hint;
  }

  /** True for errors of this type, also when two copies of the package are installed. */
  static isInstance(error: unknown): error is VividMedError {
    return typeof error === 'object' && error !== null && brand in error;
  }
}

/** Throws a `VividMedError` with this code unless the condition holds. */
export function check(
  condition: unknown,
  code: ErrorCode,
  message: string | (() => string),
  hint?: string,
): asserts condition {
  if (!condition) {
    throw new VividMedError(
      code,
      typeof message === 'string' ? message : message(),
      hint === undefined ? {} : { hint },
    );
  }
}
