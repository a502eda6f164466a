import type { CommandInput } from '../../src-shared/edit/commands.ts';
import type { DocumentReader } from '../../src-shared/edit/document.ts';
import { STEMS, type TableName } from '../../src-shared/model/rows.ts';
import { pictureFields, sourceFields } from './document-samples.ts';
import { syncCommandMakers } from './random-sync-commands.ts';
import { takeCommandMakers } from './random-take-commands.ts';

/**
 * Random commands against what a document holds now: mostly sensible, crowded into a short timeline so that clips
 * meet, some of them wishes that must be refused.
 */
export function randomCommand(random: () => number, document: DocumentReader): CommandInput {
  const below = (count: number) => Math.floor(random() * count);
  const pick = <T>(values: readonly T[]): T => values[below(values.length)] as T;
  const someId = (table: TableName) => {
    const rows = document.all(table);
    return rows.length === 0 || random() < 0.01 ? 99_999 : pick(rows).id;
  };
  const someIds = (table: TableName) => Array.from({ length: 1 + below(4) }, () => someId(table));
  const at = () => below(400_000);
  const delta = () => Math.round((random() - 0.5) * 10 ** (1 + below(6)));
  const fadeShape = () => pick(['linear', 'equal-power', 's-curve', 'slow', 'fast'] as const);
  const neighbours = () => {
    const track = pick(document.all('track'));
    const clips = track ? document.clipsOnTrack(track.id, 0, Number.MAX_SAFE_INTEGER) : [];
    const place = below(Math.max(1, clips.length - 1));
    return [clips[place]?.id ?? 1, clips[place + 1]?.id ?? 2] as const;
  };
  const makers: readonly (() => CommandInput)[] = [
    () => ({
      kind: 'clip.add',
      trackId: someId('track'),
      sourceId: someId('source'),
      sourceChannel: below(3),
      startSample: at(),
    }),
    () => ({
      kind: 'clip.add',
      trackId: someId('track'),
      sourceId: someId('source'),
      startSample: at(),
      sourceInSample: below(50_000),
      lengthSamples: 1 + below(60_000),
    }),
    () => ({
      kind: 'clip.add',
      trackId: someId('track'),
      sourceId: someId('source'),
      startSample: at(),
      sourceInSample: below(50_000),
      lengthSamples: 1 + below(2000),
    }),
    () => ({ kind: 'clip.move', clipIds: someIds('clip'), deltaSamples: delta(), deltaTracks: below(3) - 1 }),
    () => ({ kind: 'clip.move', clipIds: someIds('clip'), deltaSamples: delta() }),
    () => ({ kind: 'clip.duplicate', clipIds: someIds('clip'), deltaSamples: delta(), deltaTracks: below(3) - 1 }),
    () => ({ kind: 'clip.trim', clipIds: someIds('clip'), edge: 'start', deltaSamples: delta() }),
    () => ({ kind: 'clip.trim', clipIds: someIds('clip'), edge: 'end', deltaSamples: delta() }),
    () => {
      const clip = document.get('clip', someId('clip'));
      const inside = clip ? clip.startSample + below(clip.lengthSamples) : at();
      return { kind: 'clip.split', clipIds: [clip?.id ?? 1, ...someIds('clip')], atSample: inside };
    },
    () => ({ kind: 'clip.slip', clipIds: someIds('clip'), deltaSamples: delta() }),
    () => ({
      kind: 'clip.fade',
      clipIds: someIds('clip'),
      edge: pick(['in', 'out']),
      lengthSamples: below(20_000),
      shape: fadeShape(),
    }),
    () => ({ kind: 'clip.fade', clipIds: someIds('clip'), edge: pick(['in', 'out']), lengthSamples: below(3) }),
    () => {
      const [leftClipId, rightClipId] = neighbours();
      return { kind: 'clip.crossfade', leftClipId, rightClipId, lengthSamples: 1 + below(5000), shape: fadeShape() };
    },
    () => {
      const clip = document.get('clip', someId('clip'));
      const inside = clip ? clip.startSample + below(clip.lengthSamples) : at();
      return {
        kind: 'batch',
        label: 'Split and crossfade',
        commands: [{ kind: 'clip.split', clipIds: [clip?.id ?? 1], atSample: inside }],
      };
    },
    () => ({ kind: 'clip.remove', clipIds: [someId('clip')] }),
    () => {
      const fromSample = at();
      return { kind: 'clip.clearRange', trackIds: someIds('track'), fromSample, toSample: fromSample + below(5000) };
    },
    () => ({ kind: 'clip.gain', clipIds: someIds('clip'), gainDb: Math.round(random() * 40 - 30) }),
    () => ({ kind: 'clip.mute', clipIds: someIds('clip'), muted: random() < 0.5 }),
    () => ({ kind: 'clip.rename', clipIds: someIds('clip'), name: `Take ${below(100)} "é🎬"` }),
    () => ({
      kind: 'track.add',
      name: `Track ${below(50)}`,
      stem: pick(STEMS),
      position: below(8),
      channelCount: pick([1, 2]),
    }),
    () => ({ kind: 'track.move', trackId: someId('track'), position: below(8) }),
    () => ({
      kind: 'track.update',
      trackIds: someIds('track'),
      gainDb: below(10),
      pan: random() * 2 - 1,
      muted: random() < 0.5,
    }),
    () => {
      const fromSample = at();
      const points = Array.from({ length: below(6) }, () => ({
        atSample: fromSample + below(1000),
        gainDb: -below(20),
      }));
      return { kind: 'track.gainPoints', trackId: someId('track'), fromSample, toSample: fromSample + 1000, points };
    },
    () => ({ kind: 'marker.add', atSample: at(), name: `M${below(100)}` }),
    () => ({ kind: 'marker.update', markerId: someId('marker'), atSample: at(), comment: 'moved' }),
    () => ({ kind: 'marker.remove', markerIds: someIds('marker') }),
    () => ({ kind: 'picture.place', pictureId: someId('picture'), startSample: at() }),
    () => ({
      kind: 'picture.place',
      pictureId: someId('picture'),
      startSample: at(),
      sourceInFrame: below(50),
      lengthSamples: 1 + below(20_000),
    }),
    () => ({ kind: 'picture.move', pictureClipIds: someIds('picture_clip'), deltaSamples: delta() }),
    () => ({ kind: 'picture.remove', pictureClipIds: someIds('picture_clip') }),
    ...syncCommandMakers({ random, below, pick, someId, someIds }, document),
    ...takeCommandMakers({ random, below, pick, someId, someIds }, document),
    () => ({ kind: 'project.update', name: `Reel ${below(9)}`, startFrame: below(100_000) }),
    () => ({
      kind: 'project.update',
      frameRate: pick([
        { numerator: 25, denominator: 1, drop: false },
        { numerator: 30000, denominator: 1001, drop: true },
      ]),
    }),
  ];
  const rare: readonly (() => CommandInput)[] = [
    () => ({ kind: 'track.remove', trackIds: [someId('track')] }),
    () => ({ kind: 'source.remove', sourceIds: someIds('source') }),
    () => ({ kind: 'source.remove', pictureIds: someIds('picture') }),
    () => ({
      kind: 'picture.relink',
      pictureId: someId('picture'),
      originalPath: pick(['Picture/Originals/found.mov', '../outside.mov', '/cards/found.mov']),
    }),
    () => ({ kind: 'source.rename', sourceId: someId('source'), name: `Card ${below(9)}` }),
    () => ({ kind: 'source.setRole', sourceIds: someIds('source'), role: pick(['camera', 'recorder', 'other']) }),
    () => ({
      kind: 'source.relink',
      sourceId: someId('source'),
      path: pick(['Audio Files/found.wav', '../outside.wav', '/cards/found.wav']),
      linked: random() < 0.5,
    }),
    () => ({ kind: 'source.identify', sourceId: someId('source'), contentHash: `${below(3)}`.repeat(64) }),
    () => ({
      kind: 'picture.setProxy',
      pictureId: someId('picture'),
      proxyPath: `Picture/proxy${below(3)}.mp4`,
    }),
    () => ({
      kind: 'source.add',
      source: sourceFields({ name: `N${below(100)}`, channelCount: 1 + below(4), lengthSamples: 1 + below(200_000) }),
      picture:
        random() < 0.5 ? pictureFields({ name: 'extra', frameCount: 1 + below(90), frameRateNumerator: 30000 }) : null,
    }),
    () => ({ kind: 'track.update', trackIds: someIds('track'), name: pick(['Boom', 'Lav 1', 'Scratch']) }),
    () => ({ kind: 'project.repair' }),
  ];
  return random() < 0.12 ? pick(rare)() : pick(makers)();
}
