import { expect, test } from 'vitest';
import { searchActions } from '../../../src-renderer/app/palette-search.ts';

const actions = [
  { id: 'clip.fadeIn', title: 'Fade in to cursor', group: 'Clip', run: () => undefined },
  { id: 'edit.undo', title: 'Undo', group: 'Edit', run: () => undefined },
  { id: 'zoom.in', title: 'Zoom in', group: 'Zoom', run: () => undefined },
];
const titles = (text: string) => searchActions(actions, text).map((action) => action.title);

test('nothing typed lists everything in its order', () => {
  expect(titles('')).toEqual(['Fade in to cursor', 'Undo', 'Zoom in']);
});

test('every typed word must be found, in any order, in the name or its group', () => {
  expect(titles('in zoom')).toEqual(['Zoom in']);
  expect(titles('edit')).toEqual(['Undo']);
  expect(titles('in nothing')).toEqual([]);
});

test('a name that begins with the word stands first', () => {
  expect(titles('zo')[0]).toBe('Zoom in');
});
