import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PLUGIN = '/usr/share/orthanc/plugins/libOrthancDicomWeb.so';

/** Why Orthanc cannot run here, if it cannot. */
export const orthancMissing = ['/usr/sbin/Orthanc', PLUGIN].find((path) => !existsSync(path));

export interface Orthanc {
  dicomWeb: string;
  stop(): Promise<void>;
}

const freePort = () =>
  new Promise<number>((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        typeof address === 'object' && address ? resolve(address.port) : reject(new Error('no port')),
      );
    });
  });

/** Starts a PACS of our own on a free port of loopback, with nothing in it. */
export async function startOrthanc(): Promise<Orthanc> {
  const folder = mkdtempSync(join(tmpdir(), 'vividmed-orthanc-'));
  const [http, dicom] = [await freePort(), await freePort()];
  const config = join(folder, 'orthanc.json');
  writeFileSync(
    config,
    JSON.stringify({
      StorageDirectory: join(folder, 'storage'),
      IndexDirectory: join(folder, 'index'),
      HttpPort: http,
      DicomPort: dicom,
      HttpServerEnabled: true,
      RemoteAccessAllowed: false,
      AuthenticationEnabled: false,
      Plugins: [PLUGIN],
      DicomWeb: { Enable: true, Root: '/dicom-web/' },
    }),
  );
  const child = spawn('/usr/sbin/Orthanc', [config], { stdio: 'ignore' });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const stop = async () => {
    child.kill('SIGTERM');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  const base = `http://127.0.0.1:${http}`;
  for (let tries = 0; tries < 200 && isRunning(child); tries++) {
    const answer = await fetch(`${base}/dicom-web/studies`).catch(() => undefined);
    if (answer?.ok) return { dicomWeb: `${base}/dicom-web`, stop };
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  await stop();
  throw new Error('Orthanc did not answer on loopback');
}

const isRunning = (child: ChildProcess) => child.exitCode === null && child.signalCode === null;

interface StowAnswer {
  '00081199'?: { Value?: { '00081155': { Value: string[] } }[] };
  '00081198'?: { Value?: { '00081155': { Value: string[] } }[] };
}

/** Stores instances by STOW-RS (PS3.18 10.5); the SOP instance UIDs that were stored, and those that failed. */
export async function store({ dicomWeb }: Orthanc, files: readonly Uint8Array[]) {
  const boundary = 'vividmed-part';
  const body = Buffer.concat([
    ...files.flatMap((file) => [
      Buffer.from(`--${boundary}\r\nContent-Type: application/dicom\r\n\r\n`),
      file,
      Buffer.from('\r\n'),
    ]),
    Buffer.from(`--${boundary}--\r\n`),
  ]);
  const answer = await fetch(`${dicomWeb}/studies`, {
    method: 'POST',
    headers: {
      'Content-Type': `multipart/related; type="application/dicom"; boundary=${boundary}`,
      Accept: 'application/dicom+json',
    },
    body,
  });
  if (!answer.ok) throw new Error(`STOW-RS answered ${answer.status}`);
  const json = (await answer.json()) as StowAnswer;
  const uids = (tag: keyof StowAnswer) => (json[tag]?.Value ?? []).map((item) => item['00081155'].Value[0] as string);
  return { stored: uids('00081199'), failed: uids('00081198') };
}

/** The file of one instance by WADO-RS (PS3.18 10.4), which comes as the only part of a multipart answer. */
export async function retrieve({ dicomWeb }: Orthanc, study: string, series: string, instance: string) {
  const answer = await fetch(`${dicomWeb}/studies/${study}/series/${series}/instances/${instance}`, {
    headers: { Accept: 'multipart/related; type="application/dicom"; transfer-syntax=*' },
  });
  if (!answer.ok) throw new Error(`WADO-RS answered ${answer.status}`);
  const bytes = Buffer.from(await answer.arrayBuffer());
  const start = bytes.indexOf('\r\n\r\n') + 4;
  const boundary = bytes.subarray(0, bytes.indexOf('\r\n', 2));
  return new Uint8Array(bytes.subarray(start, bytes.lastIndexOf(boundary) - 2));
}
