import { expect } from 'vitest';
import type { CommandInput } from '../../src-shared/edit/commands.ts';
import type { MemoryDocument } from '../../src-shared/edit/memory-document.ts';
import { reverseDiff } from '../../src-shared/edit/row-diff.ts';
import { TABLE_NAMES } from '../../src-shared/model/rows.ts';
import { edit } from './edited-document.ts';
import { addCamera, addRecorder, type MatchFields, propose, proposedMatch } from './sync-document.ts';

/** How a match is accepted, less its number. */
export type Accept = Partial<Extract<CommandInput, { kind: 'sync.accept' }>>;

/** Accepts a match. Undo must bring back every byte, and redo too. */
export function acceptMatch(document: MemoryDocument, id: number, how: Accept = {}): void {
  const rows = () => JSON.stringify(TABLE_NAMES.map((table) => document.all(table)));
  const before = rows();
  const { diff } = edit(document, { kind: 'sync.accept', matchIds: [id], ...how });
  const after = rows();
  document.applyDiff(reverseDiff(diff));
  expect(rows()).toBe(before);
  document.applyDiff(diff);
  expect(rows()).toBe(after);
}

/** Proposes a match of new files and accepts it; returns its id. */
export function acceptNew(
  document: MemoryDocument,
  files: { seconds: number; recorderSeconds: number; channels?: string[] },
  fields: Partial<MatchFields>,
  how: Accept | ((matchId: number) => Accept) = {},
): number {
  const camera = addCamera(document, 'A001', files.seconds);
  const recorder = addRecorder(document, 'T001', files.recorderSeconds, files.channels);
  const [id = 0] = propose(document, proposedMatch(camera, recorder, fields));
  acceptMatch(document, id, typeof how === 'function' ? how(id) : how);
  return id;
}

/** Track names from top to bottom, with which are muted. */
export function trackTexts(document: MemoryDocument): string[] {
  return document.all('track').map((track) => `${track.name}${track.muted ? ' (muted)' : ''}`);
}
