import { check } from '@vividmed/core';

/**
 * The path of a file in an archive, without `./` before it. Nothing is ever written there; a name that leaves the archive is of one that
 * is made to harm.
 *
 * @throws {VividMedError} `data`
 */
export function archivePath(where: string, name: string): string {
  check(
    !name.includes('\0') && !name.includes('\\') && !/^\/|^[A-Za-z]:|(?:^|\/)\.\.(?:\/|$)/.test(name),
    'data',
    `${where}: expected names inside the archive, found one that is absolute or leaves it.`,
  );
  return name
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .join('/');
}
