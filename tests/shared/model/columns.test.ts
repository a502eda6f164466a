import { expect, test } from 'vitest';
import { booleanColumnsOf, columnsOf, rowsOfSnapshot } from '../../../src-shared/model/columns.ts';
import { TABLE_NAMES } from '../../../src-shared/model/rows.ts';

test('every table begins with its id', () => {
  for (const table of TABLE_NAMES) expect(columnsOf(table)[0]).toBe('id');
  expect(booleanColumnsOf('track')).toEqual(['muted', 'soloed']);
});

test('columns of a snapshot that this version does not know are left out, those it lacks are null', () => {
  const marker = { columns: ['name', 'id', 'colour'], rows: [['here', 1, 'red']] };
  const snapshot = { seq: 1, canUndo: null, canRedo: null, tables: { marker } };
  expect(rowsOfSnapshot(snapshot, 'marker')).toEqual([{ id: 1, name: 'here', atSample: null, comment: null }]);
  expect(rowsOfSnapshot(snapshot, 'clip')).toEqual([]);
});
