import { expect } from 'vitest';
import { applyCommand } from '../../src-shared/edit/apply-command.ts';
import { type CommandInput, commandSchema } from '../../src-shared/edit/commands.ts';
import { findViolations } from '../../src-shared/edit/invariants.ts';
import type { MemoryDocument } from '../../src-shared/edit/memory-document.ts';
import type { RowDiff } from '../../src-shared/edit/row-diff.ts';

/** Applies a command to a document in memory, checks every promise of the rows, and returns label and diff. */
export function edit(document: MemoryDocument, command: CommandInput): { label: string; diff: RowDiff } {
  const { result, diff } = document.transact((writer) => applyCommand(writer, commandSchema.parse(command)));
  expect(findViolations(document)).toEqual([]);
  return { label: result, diff };
}

/** Clips of a track as `id start-end@sourceIn`, with ` <fade in` and `fade out>` where there are fades. */
export function clipsAsText(document: MemoryDocument, trackId: number): string[] {
  return document.clipsOnTrack(trackId, 0, Number.MAX_SAFE_INTEGER).map((clip) => {
    const fades = `${clip.fadeInSamples ? ` <${clip.fadeInSamples}` : ''}${clip.fadeOutSamples ? ` ${clip.fadeOutSamples}>` : ''}`;
    return `${clip.id} ${clip.startSample}-${clip.startSample + clip.lengthSamples}@${clip.sourceInSample}${fades}`;
  });
}
