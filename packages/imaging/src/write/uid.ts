import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';

/** The SHA-256 of parts, each with its length before it so that `ab, c` is not `a, bc`; as hexadecimal digits. */
export function digest(parts: readonly (string | Uint8Array)[]): string {
  const hash = sha256.create();
  for (const part of parts) {
    const bytes = typeof part === 'string' ? new TextEncoder().encode(part) : part;
    hash.update(new TextEncoder().encode(`${bytes.length}:`)).update(bytes);
  }
  return bytesToHex(hash.digest());
}

/**
 * A UID that follows from its seed, under 2.25 as the decimal number of a UUID (DICOM PS3.5 B.2): a hash in the form of
 * UUID version 8 (RFC 9562).
 */
export function uidFrom(...seed: readonly string[]): string {
  const bits = BigInt(`0x${digest(seed).slice(0, 32)}`);
  const version = (bits & ~(0xfn << 76n)) | (8n << 76n);
  const uuid = (version & ~(0x3n << 62n)) | (2n << 62n);
  return `2.25.${uuid}`;
}
