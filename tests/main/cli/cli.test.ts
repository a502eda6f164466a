import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readWaveFile } from '../../../src-main/media/wave-file.ts';
import type { Job } from '../../../src-shared/rpc/schemas.ts';
import { runCli } from '../../support/run-cli.ts';
import { makeTemporaryFolder, type TemporaryFolder } from '../../support/temporary-folder.ts';
import { writeWave } from '../../support/write-wave.ts';

const VERBS = [
  'new',
  'probe',
  'import',
  'sync',
  'run',
  'show',
  'history',
  'relink',
  'bounce',
  'backup',
  'serve',
  'demo',
];

type Failure = { error: { code: string; message: string; remedy: string } };
type Shown = { seq: number; tables: Record<string, Record<string, unknown>[]> };

let folder: TemporaryFolder;
let home = '';
let reel = '';

const cli = (...args: string[]) => runCli(args, { home });
const cliWith = (input: string, ...args: string[]) => runCli(args, { home, input });

beforeAll(() => {
  folder = makeTemporaryFolder('cli');
  home = join(folder.path, 'home');
  reel = join(folder.path, 'Reel 1');
});

afterAll(() => folder.remove());

describe('the command line', () => {
  test('says what it can do', async () => {
    const { code, output } = await cli('--help');
    expect(code).toBe(0);
    for (const verb of VERBS) expect(output).toMatch(new RegExp(`^ +${verb} +\\S`, 'm'));
    expect((await cli()).code).toBe(2);
  });

  test.each(VERBS)('%s has help with an example', async (verb) => {
    const { code, output } = await cli(verb, '--help');
    expect(code).toBe(0);
    expect(output).toContain(`Usage:   npx twopop ${verb}`);
    expect(output).toContain(`Example: npx twopop ${verb}`);
    expect(output).toContain('--json');
  });

  test('refuses what it does not know with 2, as text and as JSON', async () => {
    expect(await cli('frobnicate')).toMatchObject({ code: 2, output: '' });
    const refused = await cli('frobnicate', '--json');
    expect(refused.code).toBe(2);
    expect(refused.json<Failure>().error).toMatchObject({ code: 'bad-usage' });
    expect((await cli('show', '--nonsense')).code).toBe(2);
    expect((await cli('show')).code).toBe(2);
    const missing = await cli('show', join(folder.path, 'missing'), '--json');
    expect(missing.code).toBe(2);
    expect(missing.json<Failure>().error).toMatchObject({ code: 'project.missing' });
  });

  test('refuses every kind of bad project with 2', async () => {
    const at = (name: string) => join(folder.path, name);
    writeFileSync(at('text.twopop'), 'this is a text and no project at all\n'.repeat(20));
    writeFileSync(at('empty.twopop'), '');
    writeFileSync(at('damaged.twopop'), 'SQLite format 3\0'.padEnd(8192, '\x07'), 'latin1');
    await cli('new', at('Newer'));
    const newer = new Database(at('Newer/Newer.twopop'));
    newer.exec('ALTER TABLE marker RENAME COLUMN comment TO remark');
    newer.pragma('user_version = 9999');
    newer.close();
    const wanted = { 'text.twopop': 2, 'empty.twopop': 2, 'damaged.twopop': 2, Newer: 2, missing: 2 };
    const got = Object.keys(wanted).map(async (name) => [name, (await cli('show', at(name))).code]);
    expect(Object.fromEntries(await Promise.all(got))).toEqual(wanted);
  });
});

describe('a reel from the command line', () => {
  test('new makes a project as it was asked', async () => {
    const made = await cli('new', reel, '--frame-rate', '29.97 DF', '--start', '00:59:50;00', '--json');
    expect(made.code).toBe(0);
    expect(made.json<{ path: string }>().path).toBe(join(reel, 'Reel 1.twopop'));
    const shown = (await cli('show', reel, '--json')).json<Shown>();
    expect(shown.tables.project).toEqual([
      {
        id: 1,
        name: 'Reel 1',
        frameRateNumerator: 30000,
        frameRateDenominator: 1001,
        dropFrame: true,
        sampleRate: 48000,
        startFrame: 107592,
      },
    ]);
    expect((await cli('new', reel)).code).toBe(2);
    expect((await cli('new', join(folder.path, 'x'), '--frame-rate', '12.3')).code).toBe(2);
    expect((await cli('new', join(folder.path, 'x'), '--start', '25:00:00:00')).code).toBe(2);
    expect((await cli('new', join(folder.path, 'x'), '--frame-rate', '29.97 DF', '--start', '00:01:00;00')).code).toBe(
      2,
    );
    expect((await cli('new', join(folder.path, 'x'), '--sample-rate', '8000')).code).toBe(2);
    expect(existsSync(join(folder.path, 'x'))).toBe(false);
  });

  test('probe prints an object a file, an error for one that is none', async () => {
    const wave = join(folder.path, '12T01.wav');
    writeWave(wave, {
      lengthSamples: 96_000,
      channelCount: 2,
      bext: { description: 'sTAKE=4', timeReference: 172_800_000 },
      ixml: {
        scene: '12A',
        take: '4',
        timeReference: 172_800_000,
        frameRate: { numerator: 25, denominator: 1, drop: false },
        trackNames: ['Boom', 'Lav'],
      },
    });
    const noise = join(folder.path, 'noise.wav');
    writeFileSync(noise, 'this is not media at all');
    const probed = await cli('probe', wave, noise, '--json');
    expect(probed.code).toBe(1);
    const [good, bad] = probed.json<[Record<string, unknown>, { file: string } & Failure]>();
    expect(good).toMatchObject({
      file: wave,
      sampleRate: 48000,
      channels: 2,
      frames: 96000,
      timeReference: 172800000,
      startTimecode: '01:00:00:00',
      scene: '12A',
      take: '4',
      trackNames: ['Boom', 'Lav'],
      durationSeconds: 2,
    });
    expect(bad).toMatchObject({ file: noise, error: { code: expect.stringMatching(/^media-/) } });
    expect((await cli('probe', wave)).output).toContain('12A');
    expect((await cli('probe')).code).toBe(2);
    expect((await cli('probe', noise)).code).toBe(2);
    expect((await cli('probe', wave, join(folder.path, 'missing.wav'))).code).toBe(1);
    expect((await cli('probe', join(folder.path, 'missing.wav'))).code).toBe(2);
  });

  test('import takes a card, names what is bad and goes on', async () => {
    const card = join(folder.path, 'CARD');
    mkdirSync(card);
    writeWave(join(card, 'one.wav'), { lengthSamples: 48_000 });
    writeWave(join(card, 'two.wav'), {
      lengthSamples: 24_000,
      channelCount: 2,
      sampleAt: (sample) => (sample % 100) / 400,
    });
    writeFileSync(join(card, 'bad.wav'), 'RIFFxxxxWAVEjunk');
    const imported = await cli('import', reel, card, '--json');
    expect(imported.code).toBe(1);
    const { import: job } = imported.json<{ import: Job }>();
    expect(job.state).toBe('done');
    expect(job.items.map(({ name, state }) => [name, state]).sort()).toEqual([
      ['bad.wav', 'failed'],
      ['one.wav', 'done'],
      ['two.wav', 'done'],
    ]);
    const { tables } = (await cli('show', reel, '--json')).json<Shown>();
    expect(tables.source?.map(({ name, lengthSamples }) => [name, lengthSamples]).sort()).toEqual([
      ['one', 48000],
      ['two', 24000],
    ]);
    expect(readdirSync(join(reel, 'Audio Files')).sort()).toEqual(['one.wav', 'two.wav']);
    expect(readdirSync(join(reel, 'Peaks'))).toHaveLength(2);
    expect((await cli('import', reel)).code).toBe(2);
    expect((await cli('import', reel, join(folder.path, 'nowhere'))).code).toBe(2);
    expect((await cli('import', reel, join(card, 'one.wav'), join(folder.path, 'nowhere'))).code).toBe(1);
  });

  test('run applies an array, a single command and one command a line', async () => {
    const track = { kind: 'track.add', name: 'Dialogue' };
    const { tables } = (await cli('show', reel, '--json')).json<Shown>();
    const sourceId = tables.source?.find(({ name }) => name === 'one')?.id;
    const file = join(folder.path, 'commands.json');
    writeFileSync(file, JSON.stringify([track, { kind: 'clip.add', trackId: 1, sourceId, startSample: 48_000 }]));
    const ran = await cli('run', reel, file, '--json');
    expect(ran.code).toBe(0);
    expect(ran.json<{ applied: { added: unknown[] }[] }>().applied.map(({ added }) => added)).toEqual([
      [{ table: 'track', id: 1 }],
      [{ table: 'clip', id: 1 }],
    ]);
    expect((await cliWith('{"kind":"marker.add","atSample":0,"name":"Start"}', 'run', reel, '-')).code).toBe(0);
    const lines = ['{"kind":"marker.add","atSample":5,"name":"A"}', '', '{"kind":"marker.remove","markerIds":[2]}'];
    expect((await cliWith(lines.join('\n'), 'run', reel, '-')).code).toBe(0);
    const after = (await cli('show', reel, '--json')).json<Shown>();
    expect(after.tables.marker?.map(({ name }) => name)).toEqual(['Start']);
  });

  test('run refuses what it does not understand before it applies anything, and stops at what cannot be done', async () => {
    const { seq } = (await cli('show', reel, '--json')).json<Shown>();
    const bad = '[{"kind":"marker.add","atSample":1,"name":"X"},{"kind":"marker.add","atSample":-1,"name":"Y"}]';
    const refused = await cliWith(bad, 'run', reel, '-', '--json');
    expect(refused.code).toBe(2);
    expect(refused.json<Failure>().error.message).toContain('Command 2');
    expect((await cliWith('{"kind":', 'run', reel, '-')).code).toBe(2);
    expect((await cli('run', reel, join(folder.path, 'missing.json'))).code).toBe(2);
    expect((await cli('show', reel, '--json')).json<Shown>().seq).toBe(seq);
    const stopped = await cliWith(
      '[{"kind":"marker.add","atSample":1,"name":"X"},{"kind":"clip.remove","clipIds":[999]},{"kind":"marker.add","atSample":2,"name":"Y"}]',
      'run',
      reel,
      '-',
      '--json',
    );
    expect(stopped.code).toBe(1);
    expect(stopped.json()).toMatchObject({ applied: [{ seq: seq + 1 }], failed: { index: 1, kind: 'clip.remove' } });
  });

  test('bounce writes BWF at the timecode of the reel', async () => {
    const bounced = await cli('bounce', reel, '--contents', 'tracks', '--layout', 'mono', '--json');
    expect(bounced.code).toBe(0);
    const path = join(reel, 'Bounces', 'Reel 1_Dialogue.wav');
    expect(bounced.json<Job>().results).toContain(path);
    const wave = await readWaveFile(path);
    expect(wave).toMatchObject({
      container: 'bwf',
      frames: 96_000,
      format: { channelCount: 1, bitsPerSample: 24, sampleRate: 48000 },
    });
    // 00:59:50;00 at 29.97 DF is frame 107592 from midnight.
    expect(wave?.metadata).toMatchObject({
      timeReference: Math.round((107592 * 48000 * 1001) / 30000),
      trackNames: ['Dialogue'],
    });
    expect((await cli('bounce', reel, '--contents', 'nonsense')).code).toBe(2);
    expect((await cli('bounce', reel, '--from', '01:00:00;00', '--to', '00:59:51;00')).code).toBe(2);
    const part = await cli(
      'bounce',
      reel,
      '--from',
      '00:59:51;00',
      '--to',
      '00:59:52;00',
      '--format',
      'f32',
      '--name',
      'Part',
      '--json',
    );
    expect(part.code).toBe(0);
    expect((await readWaveFile(join(reel, 'Bounces', 'Part.wav')))?.frames).toBe(48048);
    expect(readdirSync(join(reel, 'Bounces')).filter((name) => name.endsWith('.part'))).toEqual([]);
  });

  test('sync without cameras or recorders says so', async () => {
    const refused = await cli('sync', reel, '--json');
    expect(refused.code).toBe(1);
    expect(refused.json<Failure>().error.code).toBe('sync-nothing');
    expect((await cli('sync', reel, '--accept-above', 'much')).code).toBe(2);
    expect((await cli('sync', '--cameras', '--recorders')).code).toBe(2);
  });
});
