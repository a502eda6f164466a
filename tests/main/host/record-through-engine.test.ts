import { statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { AudioService } from '../../../src-main/host/audio-service.ts';
import { DocumentService } from '../../../src-main/host/document-service.ts';
import { EngineRecorder } from '../../../src-main/host/engine-recorder.ts';
import { OpenMediaService } from '../../../src-main/host/open-media.ts';
import { ProjectService } from '../../../src-main/host/project-service.ts';
import { RecordService } from '../../../src-main/host/record-service.ts';
import { WaveWriter } from '../../../src-main/media/wave-writer.ts';
import { DEFAULT_AUDIO_SETTINGS, VIRTUAL_DEVICE } from '../../../src-shared/engine/live-engine.ts';
import { sourceFields } from '../../support/document-samples.ts';
import { temporaryFolder } from '../../support/project-files.ts';
import { numbersIn } from '../../support/recorded-takes.ts';

const LENGTH = 480_000;

test('what the live engine plays through its loop-back is recorded under itself, to the sample', {
  timeout: 60_000,
}, async () => {
  const home = temporaryFolder();
  const projects = new ProjectService(null);
  const documents = new DocumentService(projects);
  const audio = new AudioService(home, projects, documents, new OpenMediaService(projects));
  const records = new RecordService(projects, new EngineRecorder(audio));
  try {
    const frameRate = { numerator: 25, denominator: 1, drop: false };
    await projects.create({ name: 'Stage', parentFolder: home, frameRate, sampleRate: 48_000, startFrame: 0 });
    const project = projects.require();
    const path = join(project.folder, 'Audio Files', 'chirp.wav');
    const writer = await WaveWriter.create(path, { format: 's24', channelCount: 1, sampleRate: 48_000 });
    await writer.append(new Float32Array(LENGTH).map((_, at) => Math.sin(at * at * 0.00037) * 0.3));
    await writer.finish();
    const source = sourceFields({
      name: 'chirp',
      path: 'Audio Files/chirp.wav',
      channelCount: 1,
      lengthSamples: LENGTH,
      sizeBytes: statSync(path).size,
    });
    project.apply({ kind: 'track.add', name: 'Boom' });
    project.apply({ kind: 'track.add', name: 'Guide' });
    project.apply({ kind: 'source.add', source, picture: null });
    project.apply({ kind: 'clip.add', trackId: 2, sourceId: 1, startSample: 0 });

    await audio.setSettings({ ...DEFAULT_AUDIO_SETTINGS, input: VIRTUAL_DEVICE, output: VIRTUAL_DEVICE });
    expect((await audio.open()).state).toBe('running');
    await records.start({
      tracks: [{ trackId: 1, inputs: [0] }],
      sampleFormat: 's24',
      preRecordSeconds: 0.2,
      scene: null,
      roll: { fromSample: 96_000, preRollSamples: 12_000, postRollSamples: 0, loop: null },
      punch: 'now',
    });
    await expect.poll(() => audio.telemetry?.timelineSample ?? 0, { timeout: 20_000 }).toBeGreaterThan(110_000);
    expect(await records.stop()).toMatchObject({ takeIds: [1], placedTakeIds: [1], notices: [] });

    const [clip] = project.reader.clipsOnTrack(1, 0, LENGTH);
    expect(clip).toMatchObject({ startSample: 96_000 });
    const take = project.reader.get('take', 1);
    const recorded = numbersIn(join(project.folder, take?.path ?? ''), 1);
    const played = numbersIn(path, 1);
    // A mono track in the middle is 3 dB down on either side.
    const worst = recorded
      .slice(clip!.sourceInSample, clip!.sourceInSample + clip!.lengthSamples)
      .reduce((most, value, at) => Math.max(most, Math.abs(value - played[96_000 + at]! * Math.SQRT1_2)), 0);
    expect(worst).toBeLessThan(2);
  } finally {
    await projects.close();
    await audio.end();
  }
});
