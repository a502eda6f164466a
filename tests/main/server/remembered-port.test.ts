import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startLoopbackServer } from '../../../src-main/server/loopback-server.ts';
import { rememberedPort, startAtRememberedPort } from '../../../src-main/server/remembered-port.ts';
import { makeTemporaryFolder } from '../../support/temporary-folder.ts';

function launch(settings: string, port = 0) {
  return startAtRememberedPort(settings, port, (wanted) =>
    startLoopbackServer({
      port: wanted,
      interfaceFolder: null,
      handleMedia: async () => false,
      acceptSocket: () => {},
    }),
  );
}

test('the page is served at the same port from launch to launch, so that a browser keeps what it remembers', async () => {
  const settings = makeTemporaryFolder('settings');
  onTestFinished(() => settings.remove());
  const first = await launch(settings.path);
  expect(rememberedPort(settings.path)).toBe(first.port);
  const beside = await launch(settings.path);
  expect(beside.port).not.toBe(first.port);
  expect(rememberedPort(settings.path)).toBe(first.port);
  await Promise.all([first.close(), beside.close()]);
  const again = await launch(settings.path);
  expect(again.port).toBe(first.port);
  await again.close();
});

test.each(['', 'words', '80', '70000', '12.5'])('a remembered port of “%s” is passed over', async (text) => {
  const settings = makeTemporaryFolder('settings');
  onTestFinished(() => settings.remove());
  writeFileSync(join(settings.path, 'port'), text);
  expect(rememberedPort(settings.path)).toBe(0);
});
