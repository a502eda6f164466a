import { randomBytes } from 'node:crypto';
import { lstat, mkdir, open, readdir, rename, rm, rmdir } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { basename, dirname, extname, join, relative, sep } from 'node:path';
import { TwopopError } from '../../../src-shared/rpc/error.ts';
import { INCOMING_FOLDER } from '../../project/project-folder.ts';
import { badRequest } from './http-body.ts';

const MAX_DEPTH = 32;
const BATCH_NAME = /^[\w-]{1,64}$/;
/** What a file is called in its batch's folder while it arrives: no name that a person's files have. */
const ARRIVING_NAME = /^\.arriving-[0-9a-f]{16}$/;

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
 * Streams a dropped file to `Incoming/BATCH/NAME` below the project folder: first under another name, which goes away
 * when the page breaks off, then by a rename. Where the batch has a file of that name already (two names may become
 * one, or differ in case alone), it is numbered: `NAME-2`. Returns the file's path. Throws `bad-request`, `disk-full`,
 * `upload-broken`.
 */
export async function receiveUpload(
  request: IncomingMessage,
  projectFolder: string,
  batch: string,
  name: string,
): Promise<string> {
  if (!BATCH_NAME.test(batch)) throw badRequest('The batch of a dropped file has no name that can be used.');
  const folder = join(projectFolder, INCOMING_FOLDER, batch);
  const path = join(folder, ...safeParts(name));
  if (relative(folder, path).startsWith(`..${sep}`)) throw badRequest(`“${name}” is not a name within a folder.`);
  const arriving = join(folder, `.arriving-${randomBytes(8).toString('hex')}`);
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeBody(request, arriving);
    const free = await reserveName(path);
    try {
      await rename(arriving, free);
    } catch (error) {
      await rm(free, { force: true });
      throw error;
    }
    return free;
  } catch (cause) {
    await rm(arriving, { force: true }).catch(() => {});
    throw uploadError(cause, name);
  }
}

/** Makes an empty file of this name, or of the next number where there is one, and returns its path. */
async function reserveName(path: string): Promise<string> {
  const extension = extname(path);
  const stem = basename(path, extension);
  for (let number = 1; ; number++) {
    const candidate = number === 1 ? path : join(dirname(path), `${stem}-${number}${extension}`);
    try {
      await (await open(candidate, 'wx')).close();
      return candidate;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

/**
 * Takes away what broken uploads left below `Incoming`: half-arrived files and empty folders of batches. To be called
 * when nothing arrives: as a project is opened. Nothing else there is touched, and no link is followed.
 */
export async function sweepIncoming(projectFolder: string): Promise<void> {
  const incoming = join(projectFolder, INCOMING_FOLDER);
  if (!(await lstat(incoming).catch(() => null))?.isDirectory()) return;
  for (const batch of await readdir(incoming, { withFileTypes: true })) {
    if (!batch.isDirectory() || !BATCH_NAME.test(batch.name)) continue;
    const folder = join(incoming, batch.name);
    for (const entry of await readdir(folder, { withFileTypes: true }))
      if (entry.isFile() && ARRIVING_NAME.test(entry.name)) await rm(join(folder, entry.name), { force: true });
    await removeEmpty(folder);
  }
  await rmdir(incoming).catch(() => {});
}

/** Takes away a file that arrived and was imported, or cannot be, and what it leaves empty below `Incoming`. */
export async function removeArrived(projectFolder: string, path: string): Promise<void> {
  if (!isArrived(projectFolder, path)) return;
  await rm(path, { force: true });
  const incoming = join(projectFolder, INCOMING_FOLDER);
  for (let folder = dirname(path); folder.startsWith(incoming); folder = dirname(folder)) {
    // A folder stays when there is something in it.
    if (
      !(await rmdir(folder).then(
        () => true,
        () => false,
      ))
    )
      return;
  }
}

/** Whether a file is the project's own copy of one that was dropped on the page. */
export function isArrived(projectFolder: string, path: string): boolean {
  const [batch = '', ...rest] = relative(join(projectFolder, INCOMING_FOLDER), path).split(sep);
  return rest.length > 0 && BATCH_NAME.test(batch);
}

async function removeEmpty(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true }))
    if (entry.isDirectory()) await removeEmpty(join(folder, entry.name));
  await rmdir(folder).catch(() => {});
}

async function writeBody(request: IncomingMessage, path: string): Promise<void> {
  const file = await open(path, 'wx');
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
