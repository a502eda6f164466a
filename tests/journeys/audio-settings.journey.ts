import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { VIRTUAL_DEVICE } from '../../src-shared/engine/live-engine.ts';
import type { HostConnection } from '../support/host-client.ts';
import { type Journey, skipAfterFailure, startJourney, whyNoJourney } from '../support/journey.ts';
import { connectBeside, PATIENCE, timeline } from '../support/workstation.ts';

const TRACKS = 128;

/** From a machine that knows no device to a calibrated one and a cue mix, by the keyboard alone. */
describe.skipIf(whyNoJourney() !== null)('the audio device, from choosing it to monitoring through it', () => {
  skipAfterFailure();
  let journey: Journey;
  let connection: HostConnection;

  beforeAll(async () => {
    journey = await startJourney({ name: 'audio-settings', widthPixels: 1366, heightPixels: 768 });
    connection = await connectBeside(journey);
    await journey.page.addInitScript(() => {
      const seen = { count: 0 };
      (window as unknown as { pointerEvents: typeof seen }).pointerEvents = seen;
      for (const kind of ['pointerdown', 'pointermove', 'mousedown', 'mousemove', 'wheel', 'touchstart'])
        window.addEventListener(kind, () => seen.count++, { capture: true });
    });
    await journey.page.reload();
    await journey.page.getByRole('button', { name: 'New project' }).waitFor();
  });
  afterAll(async () => {
    connection?.close();
    await journey?.end();
  });

  const press = async (...keys: string[]) => {
    for (const key of keys) await journey.page.keyboard.press(key);
  };
  const dialog = () => journey.page.getByRole('dialog', { name: 'Audio settings' });
  const panel = () => journey.page.getByRole('region', { name: 'Monitor', exact: true });
  const meter = (name: string | RegExp) => dialog().getByRole('meter', { name });
  const levelOf = async (name: string | RegExp) => Number(await meter(name).getAttribute('aria-valuenow'));
  const keptPath = () => join(journey.folder, 'home', 'settings', 'audio.json');
  const keptFile = () =>
    JSON.parse(readFileSync(keptPath(), 'utf8')) as {
      settings: Record<string, unknown>;
      roundTrips: Record<string, number>;
    };

  /** Goes on by Tab until something has the focus; at most `limit` presses. */
  async function tabTo(wanted: Locator, key: 'Tab' | 'Shift+Tab' = 'Tab', limit = 60): Promise<void> {
    await wanted.waitFor();
    for (let count = 0; count <= limit; count++) {
      if (await wanted.evaluate((element) => element === window.document.activeElement)) return;
      await press(key);
    }
    throw new Error(`${wanted} cannot be reached by ${limit} presses of ${key}`);
  }

  const focused = () => journey.page.evaluate(() => window.document.activeElement?.textContent ?? '');

  test('without a project, the dialog opens by its key and says that no device is chosen', async () => {
    await press('Control+Alt+a');
    await dialog().getByText('No device is chosen yet', { exact: false }).waitFor();
    await dialog().getByText('Open the device to see what comes in').waitFor();
    expect(await dialog().getByRole('button', { name: 'Open', exact: true }).isDisabled()).toBe(true);
    await journey.screenshot('audio-nothing-chosen');
  });

  test('the device without hardware is chosen by its honest name, and opened', async () => {
    const device = dialog().getByLabel('Input device');
    await device.getByRole('option', { name: 'Loop-back (no hardware) – 8 inputs' }).waitFor({ state: 'attached' });
    await tabTo(dialog().getByLabel('Host API'));
    await journey.page.keyboard.type('Virtual');
    await tabTo(device);
    await journey.page.keyboard.type('Loop');
    await expect
      .poll(async () => (await connection.client.audio.settings()).settings, PATIENCE)
      .toMatchObject({
        input: VIRTUAL_DEVICE,
        output: VIRTUAL_DEVICE,
      });
    await tabTo(dialog().getByRole('button', { name: 'Open', exact: true }), 'Shift+Tab');
    await press('Enter');
    await dialog().getByText('running', { exact: true }).waitFor();
    await dialog().getByText('Loop-back (no hardware) at 48 kHz, buffer 256 samples (5.3 ms)').waitFor();
    expect((await connection.client.engine.status()).state).toBe('running');
    // The button that opened it is gone: what stands in its place has the focus.
    await expect.poll(focused, PATIENCE).toBe('Close the device');
    // Nor does a key reach what lies beneath when the focus was dropped.
    await journey.page.evaluate(() => (window.document.activeElement as HTMLElement).blur());
    await press('Control+k');
    await expect.poll(focused, PATIENCE).toBe('Close the device');
    expect(await journey.page.getByRole('dialog').count()).toBe(1);
    await dialog().getByText('Not calibrated at this rate and buffer', { exact: false }).waitFor();
  });

  test('the test tone goes out of its output and is seen at the input that it comes back to, and nowhere else', async () => {
    await tabTo(dialog().getByRole('button', { name: 'Sound the tone' }));
    await press('Enter');
    await expect.poll(() => levelOf(/Loop-back of output 1/), PATIENCE).toBe(-20);
    expect(await levelOf(/Loop-back of output 2/)).toBe(-60);
    await expect.poll(() => levelOf(/Voice A/), PATIENCE).toBeGreaterThan(-40);
    await journey.screenshot('audio-devices');
  });

  test('what reaches full scale lights a clip, which stays until it is reset', async () => {
    const clip = dialog().getByRole('button', { name: /Loop-back of output 1: clipped, reset/ });
    // Louder than the dialog lets it be: the tone itself never clips.
    const monitor = await connection.client.audio.monitor();
    await connection.client.audio.setMonitor({ ...monitor, testTone: { ...monitor.testTone, gainDb: 6 } });
    await clip.waitFor();
    await tabTo(dialog().getByLabel('Level of the test tone'));
    await press('Delete');
    await expect.poll(() => levelOf(/Loop-back of output 1/), PATIENCE).toBe(-20);
    await clip.waitFor();
    await tabTo(clip, 'Shift+Tab');
    await press('Enter');
    await clip.waitFor({ state: 'detached' });
  });

  test('the tone ends with the dialog', async () => {
    const sounds = async () => (await connection.client.audio.monitor()).testTone.on;
    expect(await sounds()).toBe(true);
    await press('Escape');
    await dialog().waitFor({ state: 'detached' });
    await expect.poll(sounds, PATIENCE).toBe(false);
  });

  test('it is calibrated: ten impulses, all the same, kept for this device, rate and buffer', async () => {
    await press('Control+Alt+a');
    await tabTo(dialog().getByRole('tab', { name: 'Devices' }), 'Shift+Tab');
    await press('ArrowRight');
    await dialog().getByText('Turn the speakers off').waitFor();
    await tabTo(dialog().getByRole('button', { name: 'Calibrate', exact: true }));
    await press('Enter');
    const result = dialog().getByRole('region', { name: 'Round trip' });
    await result.getByText('none: all the same').waitFor();
    const { reportedLatencySamples, roundTripSamples } = await connection.client.engine.status();
    // The loop-back's own latency is known to the sample.
    expect(roundTripSamples).toBe(reportedLatencySamples.input + reportedLatencySamples.output);
    expect(await result.getByRole('status').innerText()).toBe('512 samples (10.67 ms)');
    expect(await result.getByRole('listitem').allInnerTexts()).toEqual(Array(10).fill('512'));
    await journey.screenshot('audio-calibrated');
  });

  test('where no impulse comes back it says so, and keeps what was measured before', async () => {
    await tabTo(dialog().getByLabel('To input'), 'Shift+Tab');
    await press('ArrowDown');
    await tabTo(dialog().getByRole('button', { name: 'Calibrate', exact: true }));
    await press('Enter');
    await dialog().getByText('The impulses did not come back from output 1 to input 2', { exact: false }).waitFor();
    await journey.screenshot('audio-calibration-refused');
    await dialog().getByText('Calibrated: recordings are moved by 512 samples', { exact: false }).waitFor();
  });

  test('another buffer is opened at once, and has a round trip of its own', async () => {
    await tabTo(dialog().getByRole('tab', { name: 'Calibrate' }), 'Shift+Tab');
    await press('ArrowLeft');
    const buffer = dialog().getByLabel('Buffer');
    await tabTo(buffer);
    await press('ArrowUp');
    await dialog().getByText('at 48 kHz, buffer 128 samples', { exact: false }).waitFor();
    await dialog().getByText('Not calibrated at this rate and buffer', { exact: false }).waitFor();
    await press('ArrowDown');
    await dialog().getByText('at 48 kHz, buffer 256 samples', { exact: false }).waitFor();
    await dialog().getByText('Calibrated: recordings are moved by 512 samples', { exact: false }).waitFor();
  });

  test('without an input it plays, and says that nothing can be recorded', async () => {
    const device = dialog().getByLabel('Input device');
    await tabTo(device, 'Shift+Tab');
    await press('Home');
    await dialog().getByText('No input device is chosen: it plays, and nothing can be recorded.').waitFor();
    expect((await connection.client.engine.status()).inputChannels).toBe(0);
    await press('End');
    await meter(/Loop-back of output 1/).waitFor();
    expect((await connection.client.engine.status()).inputChannels).toBe(8);
  });

  test('outputs, talkback and files are set up by name', async () => {
    await tabTo(dialog().getByLabel('Cue mix left'));
    await journey.page.keyboard.type('Output 3');
    await tabTo(dialog().getByLabel('Talkback microphone'));
    await journey.page.keyboard.type('6');
    await tabTo(dialog().getByLabel('Pre-record, seconds'));
    await press('Control+a');
    await journey.page.keyboard.type('8');
    await tabTo(dialog().getByLabel('Recorded files'));
    await press('ArrowDown');
    await expect
      .poll(async () => (await connection.client.audio.settings()).settings, PATIENCE)
      .toMatchObject({
        cue: [2, 3],
        talkbackInput: 5,
        preRecordSeconds: 8,
        sampleFormat: 'f32',
      });
  });

  test('the engine’s state is told: its clock runs, nothing was lost, nothing is in trouble', async () => {
    await tabTo(dialog().getByRole('tab', { name: 'Devices' }), 'Shift+Tab');
    await press('ArrowLeft');
    await dialog().getByText('None: every file of the timeline could be read so far.').waitFor();
    const clock = () => dialog().locator('dt:text-is("Clock") + dd').innerText();
    const before = await clock();
    await expect.poll(clock, PATIENCE).not.toBe(before);
    await expect
      .poll(() => dialog().locator('dt:text-is("Samples not recorded") + dd').innerText(), PATIENCE)
      .toBe('none');
    await journey.screenshot('audio-engine');
    await press('Escape');
    await dialog().waitFor({ state: 'detached' });
  });

  test('all of it is kept on this machine', async () => {
    const kept = keptFile();
    expect(kept.settings).toMatchObject({
      input: VIRTUAL_DEVICE,
      output: VIRTUAL_DEVICE,
      framesPerBuffer: 256,
      controlRoom: [0, 1],
      cue: [2, 3],
      talkbackInput: 5,
      preRecordSeconds: 8,
      sampleFormat: 'f32',
    });
    expect(Object.values(kept.roundTrips)).toEqual([512]);
  });

  test('talkback is on as long as its key is held, and no longer than the window can hear it let go', async () => {
    const { page } = journey;
    const talks = async () => (await connection.client.audio.monitor()).talkback.on;
    await page.keyboard.down('Backquote');
    await expect.poll(talks, PATIENCE).toBe(true);
    await page.keyboard.up('Backquote');
    await expect.poll(talks, PATIENCE).toBe(false);
    await page.keyboard.down('Backquote');
    await expect.poll(talks, PATIENCE).toBe(true);
    await page.evaluate(() => window.dispatchEvent(new Event('blur')));
    await expect.poll(talks, PATIENCE).toBe(false);
    await page.keyboard.up('Backquote');
    await press('Shift+Backquote');
    await expect.poll(talks, PATIENCE).toBe(true);
    await press('Shift+Backquote');
    await expect.poll(talks, PATIENCE).toBe(false);
  });

  test('control room, cue mix of many tracks, click and beeps are in the monitor panel', async () => {
    const { page } = journey;
    await connection.client.project.create({
      name: 'Stage',
      parentFolder: journey.folder,
      frameRate: { numerator: 24, denominator: 1, drop: false },
      sampleRate: 48_000,
      startFrame: 86_400,
    });
    for (let at = 1; at <= TRACKS; at++)
      await connection.client.document.apply({ command: { kind: 'track.add', name: `Dialogue ${at}` } });
    await timeline(page).waitFor();
    await press('Control+Alt+m');
    await panel().waitFor();
    const monitor = () => connection.client.audio.monitor();
    await tabTo(panel().getByLabel('Control room level', { exact: true }));
    for (let at = 0; at < 12; at++) await press('ArrowLeft');
    await expect.poll(async () => (await monitor()).controlRoom.gainDb, PATIENCE).toBe(-6);
    await press('Control+Alt+d');
    await expect.poll(async () => (await monitor()).controlRoom.dim, PATIENCE).toBe(true);
    await press('Control+Alt+d', 'Control+Alt+u');
    await expect.poll(async () => (await monitor()).controlRoom, PATIENCE).toMatchObject({ dim: false, mute: true });
    await press('Control+Alt+u');
    await tabTo(panel().getByLabel('Find a track of the cue mix'));
    await page.keyboard.type('Dialogue 127');
    const track = panel().getByLabel('Dialogue 127 in the cue mix');
    await tabTo(track);
    await press('Home');
    await expect.poll(async () => (await monitor()).cue.tracks.map(({ gainDb }) => gainDb), PATIENCE).toEqual([-144]);
    await journey.screenshot('audio-monitor-panel');
    const lit = (name: string) => panel().getByRole('button', { name, exact: true }).getAttribute('aria-pressed');
    const lights = async () => [await lit('Hold to talk'), await lit('Latch')];
    // Typed into, a letter is a letter.
    await tabTo(panel().getByRole('button', { name: 'Latch', exact: true }));
    await page.keyboard.down('Backquote');
    await expect.poll(lights, PATIENCE).toEqual(['true', 'false']);
    await journey.screenshot('audio-talkback-held');
    await page.keyboard.up('Backquote');
    await expect.poll(lights, PATIENCE).toEqual(['false', 'false']);
    await press('Shift+Backquote');
    await expect.poll(lights, PATIENCE).toEqual(['false', 'true']);
    await press('Shift+Backquote');
    await expect.poll(lights, PATIENCE).toEqual(['false', 'false']);
    await tabTo(panel().getByRole('button', { name: 'Set Dialogue 127 back to 0 dB' }), 'Shift+Tab');
    await press('Enter');
    await expect.poll(async () => (await monitor()).cue.tracks, PATIENCE).toEqual([]);
    await press('Control+Alt+c');
    await expect.poll(async () => (await monitor()).click.on, PATIENCE).toBe(true);
    await tabTo(panel().getByLabel('Beats per minute'));
    await press('Control+a');
    await page.keyboard.type('96');
    await press('Enter');
    await expect.poll(async () => (await monitor()).click.beatsPerMinute, PATIENCE).toBe(96);
    await tabTo(panel().getByLabel('Number of beeps'));
    await press('ArrowDown');
    await expect.poll(async () => (await monitor()).beeps.count, PATIENCE).toBe(4);
    await press('Control+Alt+c');
    await press('Escape');
    await panel().waitFor({ state: 'detached' });
  });

  test('of 128 tracks only those in sight are in the page', async () => {
    await press('Control+Alt+m');
    const faders = panel().getByRole('slider', { name: /in the cue mix$/ });
    await expect.poll(() => faders.count(), PATIENCE).toBeGreaterThan(4);
    expect(await faders.count()).toBeLessThan(40);
    await press('Escape');
  });

  test('the next launch opens the device by itself, with everything as it was', async () => {
    connection.close();
    await journey.restartHost('stop');
    connection = await connectBeside(journey);
    await expect.poll(async () => (await connection.client.engine.status()).state, PATIENCE).toBe('running');
    await journey.page.getByRole('button', { name: 'New project' }).waitFor();
    await press('Control+Alt+a');
    await dialog().getByText('Calibrated: recordings are moved by 512 samples', { exact: false }).waitFor();
    expect(await dialog().getByLabel('Pre-record, seconds').inputValue()).toBe('8');
    await tabTo(dialog().getByRole('button', { name: 'Close the device' }), 'Shift+Tab');
    await press('Enter');
    await dialog().getByText('The device is closed', { exact: false }).waitFor();
    await press('Escape');
    await press('Control+Alt+o');
    await expect.poll(async () => (await connection.client.engine.status()).state, PATIENCE).toBe('running');
  });

  test('settings that cannot be read are told of, and the defaults are in use', async () => {
    connection.close();
    writeFileSync(keptPath(), '{"version": 1, "settings": ');
    await journey.restartHost('kill');
    connection = await connectBeside(journey);
    await journey.page.getByRole('button', { name: 'New project' }).waitFor();
    await press('Control+k');
    await journey.page.keyboard.type('audio settings');
    await press('Enter');
    await dialog().getByText('could not be read, so the defaults are in use', { exact: false }).waitFor();
    await dialog().getByText('No device is chosen yet', { exact: false }).waitFor();
    await journey.screenshot('audio-settings-notice');
    await press('Escape');
  });

  test('no pointer was used, and nothing went wrong in the page', async () => {
    const count = await journey.page.evaluate(
      () => (window as unknown as { pointerEvents: { count: number } }).pointerEvents.count,
    );
    expect(count).toBe(0);
    // While the host was started anew there was none to connect to.
    expect(journey.pageErrors.filter((error) => !error.includes('WebSocket'))).toEqual([]);
  });
});
