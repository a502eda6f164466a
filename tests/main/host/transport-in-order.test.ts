import { expect, test } from 'vitest';
import { loopBackStage } from '../../support/live-host.ts';
import { recordStart, rollFrom } from '../../support/recording-stage.ts';

const play = (fromSample: number) => ({
  fromSample,
  speed: { numerator: 1, denominator: 1 },
  keepPitch: false,
  loop: null,
  endSample: null,
  fadeIn: false,
  preRollSamples: 0,
  postRollSamples: 0,
  beepsBeforeSample: null,
});

const stage = async () => {
  const { host } = await loopBackStage();
  const { audio } = host.services;
  await audio.setSettings({ ...audio.settings, framesPerBuffer: 4096 });
  return host.services;
};

test('a take recorded right after the playhead went elsewhere, or in a new loop, lies where it was heard', async () => {
  const { records, audio, projects, transport } = await stage();
  for (const goElsewhere of [
    () => transport.locate(960_000),
    () => transport.setLoop({ fromSample: 0, toSample: 2_400_000 }),
  ]) {
    await transport.play(play(0));
    await goElsewhere();
    await records.start(recordStart({ roll: rollFrom(96_000) }));
    const now = await audio.call('telemetry', null);
    const take = projects.require().reader.all('take').at(-1)!;
    const recording = now.recordings.at(-1)!;
    const lands = take.startSample + (now.clock - recording.firstClock) + take.roundTripSamples;
    expect(lands - now.timelineSample).toBe(0);
    expect(take.loopFromSample ?? null).toBe(now.loop?.fromSample ?? null);
    await records.stop();
    await audio.call('setLoop', { loop: null });
  }
});

test('nothing is recorded at the speed of a shuttle that came right before the key', async () => {
  const { records, transport } = await stage();
  await transport.play(play(0));
  await transport.shuttle({ numerator: 2, denominator: 1 }, false);
  await expect(records.start(recordStart({ roll: rollFrom(96_000) }))).rejects.toMatchObject({
    code: expect.stringMatching(/^record/),
  });
  expect(records.state.phase).toBe('idle');
});

test('a stop takes back the plays that wait, and the transport stands', async () => {
  const { audio, transport } = await stage();
  const plays = [transport.play(play(0)), transport.play(play(48_000))];
  const settled = Promise.allSettled(plays);
  await transport.stop(5000);
  for (const one of await settled) expect(one).toMatchObject({ status: 'rejected', reason: { code: 'roll-stopped' } });
  expect(await audio.call('telemetry', null)).toMatchObject({ rolling: false, timelineSample: 5000 });
  await transport.play(play(1000));
  expect(await audio.call('telemetry', null)).toMatchObject({ rolling: true });
});
