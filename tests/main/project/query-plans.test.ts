import { expect, test } from 'vitest';
import { LOG_QUERIES } from '../../../src-main/project/commit-log.ts';
import { connect } from '../../../src-main/project/database.ts';
import { DOCUMENT_QUERIES } from '../../../src-main/project/sqlite-document.ts';
import { temporaryProject } from '../../support/project-files.ts';

/** SQLite's plan for a query of the project file. */
async function planOf(sql: string): Promise<string> {
  const project = await temporaryProject();
  const database = connect(project.path, { readOnly: true });
  try {
    const steps = database.prepare(`EXPLAIN QUERY PLAN ${sql.replaceAll('?', '1')}`).all() as { detail: string }[];
    return steps.map((step) => step.detail).join('\n');
  } finally {
    database.close();
  }
}

const { timelineEnd, clipsBefore, clipsOfSource, clipsOfMatch, gainPoints, pictureClipsBefore } = DOCUMENT_QUERIES;

/** What an edit asks, however many clips there are, and what SQLite itself asks when a row is removed. */
test.each([
  ['clips on a track', clipsBefore, 'clip_on_track'],
  ['clips of a source', clipsOfSource, 'clip_of_source'],
  ['clips tied to a sync result', clipsOfMatch, 'clip_of_sync_match'],
  ['gain breakpoints of a track', gainPoints, 'gain_point_on_track'],
  ['picture clips', pictureClipsBefore, 'picture_clip_by_start'],
  ['what refers to a removed source', 'SELECT 1 FROM sync_match WHERE recorderSourceId = 1', 'sync_match_of_recorder'],
  ['what refers to a removed sync result', 'SELECT 1 FROM clip WHERE syncMatchId = 1', 'clip_of_sync_match'],
  ['what was resampled from a removed source', 'SELECT 1 FROM source WHERE derivedFromId = 1', 'source_derived_from'],
  ['marks on a removed source', 'SELECT 1 FROM source_mark WHERE sourceId = 1', 'source_mark_of_source'],
  ['takes on a removed track', 'SELECT 1 FROM take WHERE trackId = 1', 'take_on_track'],
  ['takes of a removed source', 'SELECT 1 FROM take WHERE sourceId = 1', 'take_of_source'],
  ['what refers to a removed picture', 'SELECT 1 FROM picture_clip WHERE pictureId = 1', 'picture_clip_of_picture'],
  ['the next to undo', LOG_QUERIES.undoTarget, 'undo_entry_in_order'],
  ['the next to redo', LOG_QUERIES.redoTarget, 'undo_entry_in_order'],
  ['missed commits', LOG_QUERIES.since, 'INTEGER PRIMARY KEY'],
  ['the diff of a commit', LOG_QUERIES.diffOf, 'INTEGER PRIMARY KEY'],
])('%s are found by index, without scan or sort', async (_what, sql, index) => {
  const plan = await planOf(sql);
  expect(plan).toContain(index);
  expect(plan).not.toContain('SCAN');
  expect(plan).not.toContain('TEMP B-TREE');
});

test('the end of the timeline is one look-up a track', async () => {
  const plan = await planOf(timelineEnd);
  expect(plan).toContain('SEARCH clip USING INDEX clip_on_track');
  expect(plan).not.toContain('SCAN clip');
  expect(plan).not.toContain('TEMP B-TREE');
});
