import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openWithSystem } from './node-shell.ts';

const FILE_NAME = /^open-twopop-[0-9a-f]{16}\.html$/;
/** A cold browser on a slow machine has read the file long before. */
const KEPT_MS = 60_000;

export type OpenedPage = {
  /** Takes the file away; by itself after a minute. */
  readonly forget: () => void;
};

/**
 * Opens the page in the default browser; null where there is no display. Its address holds the launch's token, and the
 * command line of a process can be read by every user of the machine: so the browser is given a file that only this
 * user can read and that leads on to the page. It lies in `folder`, below the user's home and not hidden: browsers that
 * run confined (as Ubuntu's) see neither the system's temporary folder nor hidden ones.
 */
export function openPage(pageUrl: string, folder: string): OpenedPage | null {
  const path = join(folder, `open-twopop-${randomBytes(8).toString('hex')}.html`);
  mkdirSync(folder, { recursive: true });
  // Left by a launch that was killed; its token is worth nothing any more.
  for (const name of readdirSync(folder)) if (FILE_NAME.test(name)) rmSync(join(folder, name), { force: true });
  writeFileSync(path, leadingTo(pageUrl), { mode: 0o600, flag: 'wx' });
  const forget = () => rmSync(path, { force: true });
  if (!openWithSystem(path)) {
    forget();
    return null;
  }
  setTimeout(forget, KEPT_MS).unref();
  return { forget };
}

/** `pageUrl` is an address of ours: nothing in it needs escaping. */
function leadingTo(pageUrl: string): string {
  return `<!doctype html>
<meta charset="utf-8">
<meta name="referrer" content="no-referrer">
<meta http-equiv="refresh" content="0;url=${pageUrl}">
<title>Twopop</title>
<p><a href="${pageUrl}">Open Twopop</a></p>
`;
}
