import { mkdir, open, readdir, rename, rm, rmdir } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { dirname, join, relative, sep } from 'node:path';
import { TwopopError } from '../../../src-shared/rpc/error.ts';
import { badRequest } from './http-body.ts';

/** Where files that were dropped on the page lie until they are imported, below the project folder. */
export const INCOMING_FOLDER = 'Incoming';

const MAX_DEPTH = 32;
const PART_SUFFIX = '.part';

/** Names that Windows keeps for devices, with any extension. */
const DEVICE_NAME = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

/**
 * A relative name that a page gave, as path parts that stay below their folder on every system; throws `bad-request`
 * for an absolute or climbing one. Characters that a file system does not take become `_`.
 */
export function safeParts(name: string): string[] {
  const parts = name.split('/');
  if (name === '' || parts.length > MAX_DEPTH || name.length > 4096 || name.includes('\0')) {
    throw badRequest('A dropped file has no name that can be used.');
  }
  return parts.map((part) => {
    if (part === '' || part === '.' || part === '..' || part.includes('\\') || /^[a-z]:$/i.test(part)) {
      throw badRequest(`“${name}” is not a name within a folder.`);
    }
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what has to go.
    const plain = part.replace(/[\u0000-\u001f<>:"|?*]/g, '_').replace(/[. ]+$/, '_');
    const whole = DEVICE_NAME.test(plain) ? `_${plain}` : plain;
    if (Buffer.byteLength(whole) > 250) throw badRequest(`“${name.slice(0, 80)}...” is longer than file names can be.`);
    return whole;
  });
}

/**
 * Streams a dropped file to `Incoming/BATCH/NAME` below the project folder: first under a `.part` name, which goes away when
 * the page breaks off, then by a rename. Returns the file's path. Throws `bad-request`, `disk-full`, `upload-broken`.
 */
export async function receiveUpload(
  request: IncomingMessage,
  projectFolder: string,
  batch: string,
  name: string,
): Promise<string> {
  if (!/^[\w-]{1,64}$/.test(batch)) throw badRequest('The batch of a dropped file has no name that can be used.');
  const folder = join(projectFolder, INCOMING_FOLDER, batch);
  const path = join(folder, ...safeParts(name));
  if (relative(folder, path).startsWith(`..${sep}`)) throw badRequest(`“${name}” is not a name within a folder.`);
  const part = path + PART_SUFFIX;
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeBody(request, part);
    await rename(part, path);
    return path;
  } catch (cause) {
    await rm(part, { force: true }).catch(() => {});
    throw uploadError(cause, name);
  }
}

/**
 * Takes away what broken uploads left below `Incoming`: half-arrived files and empty folders. To be called when nothing
 * arrives: as a project is opened.
 */
export async function sweepIncoming(projectFolder: string): Promise<void> {
  await sweep(join(projectFolder, INCOMING_FOLDER));
}

async function sweep(folder: string): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await sweep(path);
    else if (entry.name.endsWith(PART_SUFFIX)) await rm(path, { force: true });
  }
  // Stays when there is something in it.
  await rmdir(folder).catch(() => {});
}

async function writeBody(request: IncomingMessage, part: string): Promise<void> {
  const file = await open(part, 'w');
  try {
    let received = 0;
    for await (const chunk of request as AsyncIterable<Buffer>) {
      await file.writeFile(chunk);
      received += chunk.length;
    }
    const announced = Number(request.headers['content-length'] ?? received);
    if (!request.complete || announced !== received) throw new Error('the connection ended in the middle of the file');
  } finally {
    await file.close();
  }
}

function uploadError(cause: unknown, name: string): unknown {
  if (cause instanceof TwopopError) return cause;
  const code = (cause as NodeJS.ErrnoException).code;
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new TwopopError(
      {
        code: 'disk-full',
        message: `“${name}” does not fit on the project's disk. What had arrived of it was removed; files before it were kept.`,
        remedy: 'Free some space, then drop it again; or import it by its path, linked in place.',
      },
      { cause },
    );
  }
  return new TwopopError(
    {
      code: 'upload-broken',
      message: `“${name}” did not arrive whole (${(cause as Error).message}). What had arrived of it was removed.`,
      remedy: 'Drop the file again.',
    },
    { cause },
  );
}
