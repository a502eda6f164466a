import { TIMELINE_COLORS } from '../stem-colors.ts';
import type { ClipPainter, PlacedClip } from './draw-clip.ts';
import { type PixelSurface, packColor } from './pixel-surface.ts';
import { CLIP_DECLARED_ASYNC, CLIP_IN_SYNC, CLIP_INVERTED, CLIP_OUT_OF_SYNC, CLIP_RESAMPLED } from './protocol.ts';

/**
 * How a clip says what its sound is to the picture: nothing where nothing is claimed, a quiet mark in sync, an alarm out
 * of sync, a calm badge out of sync on purpose; and the marks of turned polarity and of a resampled copy.
 */

const color = {
  inSync: packColor(TIMELINE_COLORS.inSync),
  outOfSync: packColor(TIMELINE_COLORS.outOfSync),
  outOfSyncText: packColor('#1c0f08'),
  declaredAsync: packColor(TIMELINE_COLORS.declaredAsync),
  declaredAsyncBadge: packColor(TIMELINE_COLORS.declaredAsyncBadge),
  declaredAsyncText: packColor('#e9edf7'),
};

/** CSS pixels. */
const EDGE_WIDTH = 3;
const BADGE_PAD = 4;
const MARK_GAP = 5;

/** A coloured left edge, which is seen however narrow the clip is. */
export function drawSyncEdge(painter: ClipPainter, clip: PlacedClip, top: number, bottom: number): void {
  if ((clip.flags & (CLIP_OUT_OF_SYNC | CLIP_DECLARED_ASYNC)) === 0) return;
  const right = Math.min(clip.right, clip.left + Math.round(EDGE_WIDTH * painter.pixelRatio));
  const edge = (clip.flags & CLIP_OUT_OF_SYNC) !== 0 ? color.outOfSync : color.declaredAsync;
  painter.surface.fill(clip.left, top, right, bottom, edge);
}

/** Draws the marks from `left` on in the bar at `top`; returns where the name may begin. */
export function drawSyncMarks(
  painter: ClipPainter,
  clip: PlacedClip,
  left: number,
  top: number,
  barHeight: number,
  textColor: number,
): number {
  const { surface, text, pixelRatio } = painter;
  const gap = Math.round(MARK_GAP * pixelRatio);
  let at = left;
  if ((clip.flags & CLIP_IN_SYNC) !== 0 && clip.right - at > 12 * pixelRatio) {
    const radius = Math.round(3 * pixelRatio);
    drawDiamond(surface, at + radius, top + Math.floor(barHeight / 2), radius);
    at += Math.round(10 * pixelRatio);
  }
  if (clip.badge !== '') at = drawBadge(painter, clip, at, top, barHeight, gap);
  for (const { flag, mark, roomAfter } of MARKS) {
    if ((clip.flags & flag) === 0) continue;
    const stamp = text.get(mark, 'name');
    if (!stamp || at + stamp.width + gap + roomAfter * pixelRatio > clip.right) continue;
    surface.stamp(stamp, at, top + Math.round((barHeight - stamp.height) / 2), textColor);
    at += stamp.width + gap;
  }
  return at;
}

/** The mark of a resampled copy gives way to the name; that polarity is turned must be seen. CSS pixels. */
const MARKS = [
  { flag: CLIP_INVERTED, mark: 'Ø', roomAfter: 0 },
  { flag: CLIP_RESAMPLED, mark: '≈', roomAfter: 44 },
] as const;

/**
 * Without its word, then without room for the mark of polarity, then not at all, where it does not fit as a whole: half
 * a figure is a wrong one. The edge remains.
 */
function drawBadge(
  { surface, text, pixelRatio }: ClipPainter,
  clip: PlacedClip,
  left: number,
  top: number,
  barHeight: number,
  gap: number,
): number {
  const pad = Math.round(BADGE_PAD * pixelRatio);
  const room = clip.right - left - 2 * pad - 2;
  const inverted = (clip.flags & CLIP_INVERTED) !== 0 ? (text.get('Ø', 'name')?.width ?? 0) + gap : 0;
  const stamps = [clip.badge, clip.badge.replace(/^async /, '')].map((words) => text.get(words, 'name'));
  const stamp = [room - inverted, room]
    .flatMap((most) => stamps.filter((candidate) => candidate && candidate.width <= most))
    .at(0);
  if (!stamp) return left;
  const alarm = (clip.flags & CLIP_OUT_OF_SYNC) !== 0;
  const right = left + stamp.width + 2 * pad;
  surface.fill(left, top + 1, right, top + barHeight - 1, alarm ? color.outOfSync : color.declaredAsyncBadge);
  surface.stamp(
    stamp,
    left + pad,
    top + Math.round((barHeight - stamp.height) / 2),
    alarm ? color.outOfSyncText : color.declaredAsyncText,
  );
  return right + gap;
}

function drawDiamond(surface: PixelSurface, x: number, y: number, radius: number): void {
  for (let dx = -radius; dx <= radius; dx++) {
    const reach = radius - Math.abs(dx);
    surface.column(x + dx, y - reach, y + reach + 1, color.inSync);
  }
}
