import { beforeEach, describe, expect, test } from 'vitest';
import type { MemoryDocument } from '../../../src-shared/edit/memory-document.ts';
import { emptyDocument, pictureFields, sourceFields } from '../../support/document-samples.ts';
import { edit } from '../../support/edited-document.ts';

let document: MemoryDocument;

beforeEach(() => {
  document = emptyDocument();
  edit(document, { kind: 'source.add', source: null, picture: pictureFields({ name: 'silent' }) });
  edit(document, {
    kind: 'source.add',
    source: sourceFields({ name: 'A001' }),
    picture: pictureFields({ name: 'A001' }),
  });
});

describe('a picture without sound', () => {
  test('is removed from the project, alone or with sources, as one step', () => {
    expect(edit(document, { kind: 'source.remove', pictureIds: [1] }).label).toBe('Remove source');
    expect(document.all('picture').map(({ name }) => name)).toEqual(['A001']);
    edit(document, { kind: 'source.add', source: null, picture: pictureFields({ name: 'other' }) });
    expect(edit(document, { kind: 'source.remove', sourceIds: [1], pictureIds: [3] }).label).toBe('Remove 2 sources');
    expect(document.all('picture')).toEqual([]);
    expect(document.all('source')).toEqual([]);
  });

  test('stays while it is on the timeline', () => {
    edit(document, { kind: 'picture.place', pictureId: 1, startSample: 0 });
    expect(() => edit(document, { kind: 'source.remove', pictureIds: [1] })).toThrow(
      expect.objectContaining({ code: 'source.in-use' }),
    );
  });
});

test('a picture that has sound goes with its source, not alone', () => {
  expect(() => edit(document, { kind: 'source.remove', pictureIds: [2] })).toThrow(
    expect.objectContaining({ code: 'source.picture-has-sound' }),
  );
  edit(document, { kind: 'source.remove', sourceIds: [1], pictureIds: [2] });
  expect(document.all('picture').map(({ name }) => name)).toEqual(['silent']);
});

test('removing nothing is refused', () => {
  expect(() => edit(document, { kind: 'source.remove' })).toThrow(expect.objectContaining({ code: 'source.none' }));
});

test('a picture is pointed at the file where its original was found', () => {
  const { label } = edit(document, { kind: 'picture.relink', pictureId: 1, originalPath: '/shuttle/silent.mov' });
  expect(label).toBe('Relink picture');
  expect(document.get('picture', 1)?.originalPath).toBe('/shuttle/silent.mov');
  edit(document, { kind: 'picture.relink', pictureId: 1, originalPath: 'Picture/Originals/silent.mov' });
  for (const originalPath of ['../silent.mov', 'Picture/../../x.mov', ''])
    expect(() => edit(document, { kind: 'picture.relink', pictureId: 1, originalPath })).toThrow();
});
