import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { VIRTUAL_DEVICE } from '../../../../src-shared/engine/live-engine.ts';
import { AudioProcessRig, floatFile, OPEN_VIRTUAL } from '../../../support/audio-process-rig.ts';
import { buildStandInPortAudio, STAND_IN_DEVICE } from '../../../support/stand-in-portaudio.ts';
import { makeTemporaryFolder, type TemporaryFolder } from '../../../support/temporary-folder.ts';

/** Each in an audio process of its own: a process opens one PortAudio library only. */
let folder: TemporaryFolder;
let library: string | null;
let rig: AudioProcessRig;

beforeAll(() => {
  folder = makeTemporaryFolder('stand-in-portaudio');
  library = buildStandInPortAudio(folder.path);
  if (!library) console.warn('SKIPPED the refusals of sound cards: no C compiler makes a stand-in for PortAudio.');
});
afterAll(() => folder.remove());

beforeEach(() => {
  rig = new AudioProcessRig();
});
afterEach(async () => {
  await rig.end();
  delete process.env.TWOPOP_PORTAUDIO;
  delete process.env.STAND_IN_PORTAUDIO;
});

/** The next audio process finds this library, and in it a device that is so. */
function useStandIn(settings: string): void {
  process.env.TWOPOP_PORTAUDIO = library as string;
  process.env.STAND_IN_PORTAUDIO = settings;
}

const BOTH = { input: STAND_IN_DEVICE, output: STAND_IN_DEVICE, sampleRate: 48_000, framesPerBuffer: 256 };

const named = async () => (await rig.client.call('listDevices', null)).devices.find(({ name }) => name === 'Stand-in');

describe('where no library can be had', () => {
  test.each([
    ['there is none', () => join(folder.path, 'nowhere.so'), 'nowhere.so'],
    ['it is no library at all', () => import.meta.filename, 'device-refusals.test.ts'],
    ['its name is no absolute path', () => 'libportaudio.so', 'absolute path'],
  ])('as %s, that is said, and the device without hardware plays', async (_, path, words) => {
    process.env.TWOPOP_PORTAUDIO = path();
    const { devices, problem } = await rig.client.call('listDevices', null);
    expect(devices).toMatchObject([VIRTUAL_DEVICE]);
    expect(problem).toMatchObject({ code: 'library-missing', message: expect.stringContaining(words) });
    await expect(rig.client.call('open', BOTH)).rejects.toMatchObject({
      code: 'library-missing',
      remedy: expect.stringContaining('TWOPOP_PORTAUDIO'),
    });
    await rig.client.call('open', OPEN_VIRTUAL);
    expect((await rig.told(({ clock }) => clock > 0)).phase).toBe('running');
  });

  test('a library that is no PortAudio is refused by what it lacks', async () => {
    const other = ['/lib/x86_64-linux-gnu/libm.so.6', '/lib/aarch64-linux-gnu/libm.so.6', '/lib64/libm.so.6'].find(
      existsSync,
    );
    if (!other) return console.warn('SKIPPED: no library is known here that is no PortAudio.');
    process.env.TWOPOP_PORTAUDIO = other;
    const { problem } = await rig.client.call('listDevices', null);
    expect(problem).toMatchObject({ code: 'library-missing', message: expect.stringContaining('Pa_Initialize') });
  });
});

describe('a sound card', () => {
  beforeEach((context) => {
    if (!library) context.skip();
  });

  test('of 64 inputs and no output is recorded from the last of them', async () => {
    useStandIn('inputs=64 outputs=0');
    expect(await named()).toMatchObject({ inputChannels: { length: 64 }, outputChannels: [] });
    const facts = await rig.client.call('open', { ...BOTH, output: null });
    expect(facts).toMatchObject({ inputChannels: 64, outputChannels: 0 });
    await rig.client.call('arm', { channels: [0, 63], preRecordSeconds: 0 });
    const path = join(folder.path, 'sixty-four.wav');
    const { file, headerBytes } = floatFile(path, [63, 0]);
    const { id } = await rig.client.call('beginRecording', { files: [file], beginClock: 0, preRecordFrames: 0 });
    const { capturedClock } = await rig.told((one) => one.capturedClock > 4800);
    await rig.client.call('endRecording', { id, clock: capturedClock });
    expect(await rig.client.call('recordingsWritten', { mostWaitMs: 30_000 })).toEqual({ written: true });
    const bytes = readFileSync(path);
    expect(bytes.length).toBeGreaterThan(headerBytes + 4800 * 4);
    const at = bytes.length - 8;
    expect([bytes.readFloatLE(at), bytes.readFloatLE(at + 4)]).toEqual([64 / 128, 1 / 128]);
  });

  test('without an input plays, and says that nothing can be armed', async () => {
    useStandIn('inputs=0 outputs=2');
    expect(await rig.client.call('open', { ...BOTH, input: null })).toMatchObject({
      inputChannels: 0,
      outputChannels: 2,
    });
    await rig.told(({ clock }) => clock > 0);
    await expect(rig.client.call('arm', { channels: [0], preRecordSeconds: 0 })).rejects.toMatchObject({
      code: 'capture-bad-request',
      remedy: expect.stringContaining('Nothing was recorded'),
    });
    // Chosen for both ways all the same: what it has is opened.
    expect(await rig.client.call('open', BOTH)).toMatchObject({ inputChannels: 0, outputChannels: 2 });
  });

  test('with neither inputs nor outputs is not there to be chosen', async () => {
    useStandIn('inputs=0 outputs=0');
    expect(await named()).toBeUndefined();
    await expect(rig.client.call('open', BOTH)).rejects.toMatchObject({ code: 'device-missing' });
  });

  test.each([
    ['a rate that it does not have', 'open=-9997', 'rate-refused', 'control panel'],
    ['a rate that it changes to its own', 'rate=44100', 'rate-refused', 'control panel'],
    ['no permission', 'open=-9999 host=-13', 'permission-refused', 'group "audio"'],
    ['no permission, as Windows says it', 'open=-9999 host=-2147024891', 'permission-refused', 'microphone'],
    ['another program that has it', 'open=-9985', 'device-busy', 'Close the program'],
    [
      'another program that has it, as Windows says it',
      'open=-9999 host=-2004287478',
      'device-busy',
      'Close the program',
    ],
    ['too many channels asked for', 'open=-9998', 'channels-refused', 'fewer channels'],
    ['a failure of its own', 'open=-9999 host=-5', 'device-failed', 'Try again'],
    ['a start that fails', 'start=-9999 host=-16', 'device-busy', 'Close the program'],
    ['a library that does not start', 'initialize=-9986', 'device-failed', 'Try again'],
    ['another device in its place since it was listed', 'renamed=1', 'device-missing', 'Connect the device'],
  ])('with %s is refused as such, and the engine is there for another', async (_, settings, code, remedy) => {
    useStandIn(settings);
    await expect(rig.client.call('open', BOTH)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(/^[^a-z].*\.$/),
      remedy: expect.stringContaining(remedy),
    });
    expect(await rig.client.call('telemetry', null)).toMatchObject({ phase: 'closed', clock: 0 });
    await rig.client.call('open', OPEN_VIRTUAL);
    await rig.told((one) => one.phase === 'running' && one.clock > 0);
    expect(rig.deaths).toEqual([]);
  });

  test('whose clock is a hair off runs at the rate that it was asked for', async () => {
    useStandIn('rate=47998.7');
    expect(await rig.client.call('open', BOTH)).toMatchObject({ sampleRate: 48_000 });
  });

  test('that was refused the second time is closed, and told so', async () => {
    useStandIn('open@2=-9985');
    await rig.client.call('open', BOTH);
    await rig.told(({ clock }) => clock > 0);
    await expect(rig.client.call('open', BOTH)).rejects.toMatchObject({ code: 'device-busy' });
    expect(await rig.client.call('telemetry', null)).toMatchObject({ phase: 'closed', clock: 0 });
    await expect(rig.client.call('stop', null)).rejects.toMatchObject({ code: 'device-closed' });
  });

  test('that falls silent, never begins, or ends by itself is lost in words', async () => {
    useStandIn('finish=40');
    await rig.client.call('open', BOTH);
    expect(await rig.event('lost')).toMatchObject({
      cause: 'finished',
      message: expect.stringContaining('ended by itself'),
    });
    await rig.end();
    rig = new AudioProcessRig();
    useStandIn('silent=1');
    await rig.client.call('open', BOTH);
    expect(await rig.event('lost')).toMatchObject({
      cause: 'stalled',
      message: expect.stringContaining('never asked'),
    });
  });

  test('whose rate is changed under the engine is lost, and its take ends there', { timeout: 30_000 }, async () => {
    useStandIn('pace=44100');
    await rig.client.call('open', BOTH);
    expect(await rig.event('lost')).toMatchObject({ cause: 'rate-changed', message: expect.stringContaining('44100') });
  });

  test('that hangs as it is closed, and again as the process ends, ends with the process', {
    timeout: 30_000,
  }, async () => {
    useStandIn('closehang=600 exithang=600');
    await rig.client.call('open', BOTH);
    await expect(rig.client.call('close', null)).rejects.toMatchObject({ code: 'device-hung' });
    expect(await rig.until(() => rig.deaths[0])).toEqual({ status: 1, signal: null });
    expect(rig.events).toContainEqual({ type: 'hung', during: 'close' });
    process.env.STAND_IN_PORTAUDIO = '';
    await rig.client.call('open', BOTH);
  });

  test('that hangs as it is opened is given up after ten seconds', { timeout: 40_000 }, async () => {
    useStandIn('openhang=600 exithang=600');
    await expect(rig.client.call('open', BOTH)).rejects.toMatchObject({ code: 'device-hung' });
    expect(await rig.until(() => rig.deaths[0])).toEqual({ status: 1, signal: null });
  });

  test('that hangs as it is looked for is given up after ten seconds', { timeout: 40_000 }, async () => {
    useStandIn('listhang=600 exithang=600');
    await expect(rig.client.call('open', BOTH)).rejects.toMatchObject({ code: 'device-hung' });
    expect(await rig.until(() => rig.deaths[0])).toEqual({ status: 1, signal: null });
    expect(rig.events).toContainEqual({ type: 'hung', during: 'list' });
  });

  test('that hangs in everything lets the application end within two seconds', { timeout: 30_000 }, async () => {
    useStandIn('closehang=600 stophang=600 exithang=600');
    await rig.client.call('open', BOTH);
    const asked = performance.now();
    await rig.client.end();
    expect(performance.now() - asked).toBeLessThan(2500);
  });
});
