import { ORPCError } from '@orpc/client';
import { expect, test } from 'vitest';
import { numberedName } from '../../../src-renderer/bounce/bounce-request.ts';
import { startBounce, startBounceBeside } from '../../../src-renderer/bounce/start-bounce.ts';
import type { BounceRequest } from '../../../src-shared/rpc/schemas.ts';

const request: BounceRequest = {
  name: 'Mix',
  fromSample: 0,
  toSample: 48_000,
  contents: 'master',
  layout: 'stereo',
  sampleFormat: 's24',
  dither: true,
};

/** A host on which files of these names are. */
function hostWith(...names: string[]) {
  const written: string[] = [];
  const send = async (sent: BounceRequest) => {
    if (names.includes(sent.name) && !sent.overwrite) throw failure('bounce-exists');
    written.push(sent.name);
  };
  return { send, written };
}

const failure = (code: string) =>
  new ORPCError('TWOPOP', { data: { code, message: 'Mix.wav is there already.', remedy: 'Give it another name.' } });

test('a bounce whose name is taken is a question, not a failure', async () => {
  const { send, written } = hostWith('Mix');
  expect(await startBounce(send, request)).toMatchObject({ code: 'bounce-exists' });
  expect(written).toEqual([]);
  expect(await startBounce(send, { ...request, overwrite: true })).toBeNull();
  expect(await startBounce(send, { ...request, name: 'Other' })).toBeNull();
  expect(written).toEqual(['Mix', 'Other']);
});

test('keeping both takes the next number at which nothing is', async () => {
  const { send, written } = hostWith('Mix', 'Mix (2)', 'Mix (3)');
  expect(await startBounceBeside(send, request)).toBeNull();
  expect(written).toEqual(['Mix (4)']);
});

test('other failures stay failures', async () => {
  const send = () => Promise.reject(failure('bounce-over-source'));
  await expect(startBounce(send, request)).rejects.toThrow();
  await expect(startBounceBeside(send, request)).rejects.toThrow();
});

test.each([
  ['Mix', 'Mix (2)'],
  ['Mix (9)', 'Mix (10)'],
  ['Reel 1', 'Reel 1 (2)'],
  ['5', '5 (2)'],
  ['x'.repeat(150), `${'x'.repeat(146)} (2)`],
])('after %j comes %j', (name, next) => {
  expect(numberedName(name)).toBe(next);
});

test('a numbered name of wide characters is never longer than a name may be', () => {
  expect(numberedName(`a${'👩'.repeat(74)}b`)).toBe(`a${'👩'.repeat(72)} (2)`);
});
