import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Job } from '../../../src-shared/rpc/schemas.ts';
import { runCli } from '../../support/run-cli.ts';
import { makeTemporaryFolder, type TemporaryFolder } from '../../support/temporary-folder.ts';
import { writeWave } from '../../support/write-wave.ts';

type Failure = { error: { code: string; message: string; remedy: string } };
type Shown = { tables: Record<string, Record<string, unknown>[]> };

let folder: TemporaryFolder;
let home = '';
let reel = '';

const cli = (...args: string[]) => runCli(args, { home });
const bounce = (...args: string[]) => cli('bounce', reel, ...args, '--json');
const audio = (name: string) => join(reel, 'Audio Files', name);

/** A reel at 25 frames with a clip on two tracks, a muted one between them, and a source on none. */
beforeAll(async () => {
  folder = makeTemporaryFolder('cli-bounce');
  home = join(folder.path, 'home');
  reel = join(folder.path, 'Reel 1');
  const card = join(folder.path, 'CARD');
  mkdirSync(card);
  writeWave(join(card, 'played.wav'), { lengthSamples: 48_000 });
  writeWave(join(card, 'spare.wav'), { lengthSamples: 24_000, sampleAt: (sample) => (sample % 100) / 400 });
  await cli('new', reel, '--frame-rate', '25', '--start', '00:00:00:00');
  expect((await cli('import', reel, card)).code).toBe(0);
  const { tables } = (await cli('show', reel, '--json')).json<Shown>();
  const sourceId = tables.source?.find(({ name }) => name === 'played')?.id;
  const commands = [
    { kind: 'track.add', name: 'Boom' },
    { kind: 'track.add', name: 'Lav, Anna' },
    { kind: 'track.add', name: 'Lav 2' },
    { kind: 'track.update', trackIds: [2], muted: true },
    { kind: 'clip.add', trackId: 1, sourceId, startSample: 0 },
    { kind: 'clip.add', trackId: 3, sourceId, startSample: 0 },
  ];
  const ran = await runCli(['run', reel, '-'], { home, input: JSON.stringify(commands) });
  expect(ran.code).toBe(0);
});

afterAll(() => folder.remove());

describe('a bounce', () => {
  test('never writes over a file of the project, on the timeline or not, by any way', async () => {
    symlinkSync(join(reel, 'Audio Files'), join(folder.path, 'linked'));
    const before = ['played.wav', 'spare.wav'].map((name) => readFileSync(audio(name)));
    for (const target of [join(reel, 'Audio Files'), join(folder.path, 'linked')]) {
      for (const name of ['played', 'spare', 'new']) {
        const refused = await bounce('--folder', target, '--name', name, '--overwrite');
        expect(refused.code).toBe(2);
        expect(refused.json<Failure>().error).toMatchObject({ code: 'bounce-project-folder' });
      }
    }
    for (const own of ['Picture', 'Peaks', 'Backups']) {
      expect((await bounce('--folder', join(reel, own))).json<Failure>().error.code).toBe('bounce-project-folder');
    }
    expect(['played.wav', 'spare.wav'].map((name) => readFileSync(audio(name)))).toEqual(before);
    expect(readdirSync(join(reel, 'Audio Files')).sort()).toEqual(['played.wav', 'spare.wav']);
  });

  test('never writes over a file that the project links, even one that no clip plays', async () => {
    const linked = join(folder.path, 'LINKED');
    mkdirSync(linked);
    writeWave(join(linked, 'B001C003.wav'), { lengthSamples: 12_000 });
    const before = readFileSync(join(linked, 'B001C003.wav'));
    const other = join(folder.path, 'Linking');
    cpSync(reel, other, { recursive: true });
    expect((await cli('import', other, linked, '--link')).code).toBe(0);
    const refused = await cli('bounce', other, '--folder', linked, '--name', 'B001C003', '--overwrite', '--json');
    expect(refused.code).toBe(2);
    expect(refused.json<Failure>().error.code).toBe('bounce-over-source');
    expect(readFileSync(join(linked, 'B001C003.wav'))).toEqual(before);
  });

  test('keeps an earlier one of the same name unless told to replace it', async () => {
    const path = join(reel, 'Bounces', 'Mix.wav');
    expect((await bounce('--name', 'Mix')).code).toBe(0);
    const first = readFileSync(path);
    const refused = await bounce('--name', 'Mix', '--format', 's16');
    expect(refused.code).toBe(2);
    expect(refused.json<Failure>().error).toMatchObject({ code: 'bounce-exists' });
    expect(readFileSync(path)).toEqual(first);
    const replaced = await bounce('--name', 'Mix', '--format', 's16', '--overwrite');
    expect(replaced.code).toBe(0);
    expect(statSync(path).size).toBeLessThan(first.length);
    expect(readdirSync(join(reel, 'Bounces'))).toEqual(['Mix.wav']);
  });

  test('into a folder that is not there is bad input', async () => {
    const refused = await bounce('--folder', join(folder.path, 'nowhere'));
    expect(refused.code).toBe(2);
    expect(refused.json<Failure>().error.code).toBe('bounce-folder');
  });

  test('under a long name of any script is written under as much of it as a disk takes', async () => {
    const bounced = await bounce('--name', '映画'.repeat(70), '--contents', 'tracks');
    expect(bounced.code).toBe(0);
    for (const path of bounced.json<Job>().results) expect(existsSync(path)).toBe(true);
  });

  test('takes tracks by their names, muted or not', async () => {
    const named = await bounce('--name', 'Some', '--tracks', 'Lav, Anna', '--tracks', 'Boom,Lav 2');
    expect(named.json<Job>().results.map((path) => path.slice(join(reel, 'Bounces').length + 1))).toEqual([
      'Some_Boom.wav',
      'Some_Lav, Anna.wav',
      'Some_Lav 2.wav',
    ]);
    expect((await bounce('--tracks', 'Boom', '--name', 'One')).json<Job>().results).toHaveLength(1);
    const unknown = await bounce('--tracks', 'Boom,Bom');
    expect(unknown.code).toBe(2);
    expect(unknown.json<Failure>().error.message).toContain('“Bom”');
    expect((await bounce('--tracks', 'Boom', '--contents', 'stems')).code).toBe(2);
  });

  test('of a span without clips is warned of', async () => {
    const beyond = await bounce('--name', 'Beyond', '--from', '00:00:10:00', '--to', '00:00:11:00');
    expect(beyond.code).toBe(1);
    expect(beyond.json<Job>()).toMatchObject({
      state: 'done',
      warnings: ['The bounce is silent: no clip is heard from 00:00:10:00 to 00:00:11:00.'],
    });
    expect((await bounce('--name', 'Over the end', '--to', '00:00:11:00')).code).toBe(0);
  });

  test('with clipped samples is warned of', async () => {
    const loud = join(folder.path, 'Loud');
    cpSync(reel, loud, { recursive: true });
    const commands = JSON.stringify({ kind: 'track.update', trackIds: [1, 3], gainDb: 12 });
    expect((await runCli(['run', loud, '-'], { home, input: commands })).code).toBe(0);
    const clipped = await cli('bounce', loud, '--name', 'Loud', '--json');
    expect(clipped.code).toBe(1);
    expect(clipped.json<Job>().warnings).toEqual([expect.stringMatching(/^\d+ samples of Loud were over full scale/)]);
    expect((await cli('bounce', loud, '--name', 'Float', '--format', 'f32')).code).toBe(0);
  });

  test('with an offline source is warned of, where the span should have it', async () => {
    const broken = join(folder.path, 'Broken');
    cpSync(reel, broken, { recursive: true });
    rmSync(join(broken, 'Audio Files', 'played.wav'));
    const offline = await cli('bounce', broken, '--name', 'Offline', '--json');
    expect(offline.code).toBe(1);
    expect(offline.json<Job>().warnings).toEqual(['Silent in the bounce: played is offline.']);
    expect((await cli('bounce', broken, '--name', 'As text')).errors).toContain('played is offline');
  });
});
