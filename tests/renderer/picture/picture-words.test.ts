import { afterEach, expect, test, vi } from 'vitest';
import { HOST_AWAY } from '../../../src-renderer/picture/picture-messages.ts';
import { failureWords } from '../../../src-renderer/picture/picture-words.ts';
import { ProxyReader } from '../../../src-renderer/picture/proxy-reader.ts';

afterEach(() => vi.unstubAllGlobals());

const whyNot = () => ProxyReader.open(1, 'http://localhost', 'token').catch((error: Error) => error.message);

test('a picture that the host does not answer for waits for it, and nothing is to be imported again', async () => {
  vi.stubGlobal('fetch', async () => {
    throw new TypeError('Failed to fetch');
  });
  expect(await whyNot()).toBe(HOST_AWAY);
  expect(failureWords('A001C001', HOST_AWAY)).toBe(
    'A001C001 is shown again when the connection to Twopop’s host is back.',
  );
});

test('one that cannot be read is said so in sentences, with what to do', async () => {
  vi.stubGlobal('fetch', async () => new Response('', { status: 404 }));
  expect(await whyNot()).toContain('404');
  for (const message of ['Decoding error', 'Decoding error.'])
    expect(failureWords('A001C001', message)).toBe(
      'A001C001 cannot be shown: Decoding error. The sound is not affected. Import the file again to make a new proxy.',
    );
});
