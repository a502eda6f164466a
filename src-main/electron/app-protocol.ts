import { readFile } from 'node:fs/promises';
import { contentSecurityPolicy, contentTypeOf, findStaticFile } from '../server/static-files.ts';

export const APP_SCHEME = 'app';
export const APP_HOST = 'twopop';
/** The origin of the page in Electron. */
export const APP_ORIGIN = `${APP_SCHEME}://${APP_HOST}`;

/** What `protocol.registerSchemesAsPrivileged` is told before the application is ready. */
export const APP_SCHEME_PRIVILEGES = {
  scheme: APP_SCHEME,
  privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true, codeCache: true },
} as const;

/** Answers `app://twopop/...` from the built interface; 404 for another host, another method or a path outside it. */
export async function answerAppRequest(request: Request, folder: string, mediaOrigin: string): Promise<Response> {
  const url = new URL(request.url);
  const isOurs = url.protocol === `${APP_SCHEME}:` && url.host === APP_HOST && request.method === 'GET';
  const file = isOurs ? await findStaticFile(folder, url.pathname) : null;
  if (!file) return new Response('Not found', { status: 404 });
  return new Response(new Uint8Array(await readFile(file)), {
    headers: {
      'content-type': contentTypeOf(file),
      'content-security-policy': contentSecurityPolicy(mediaOrigin),
      'x-content-type-options': 'nosniff',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-embedder-policy': 'require-corp',
      'cross-origin-resource-policy': 'same-origin',
    },
  });
}
