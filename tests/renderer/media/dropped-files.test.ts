import { expect, test } from 'vitest';
import { listDropped } from '../../../src-renderer/media/dropped-files.ts';

type Tree = { readonly [name: string]: Tree | 'file' | 'broken' };

/** Entries as a browser hands them over: folders are read a few at a time, and an empty list ends them. */
function entryOf(name: string, node: Tree | 'file' | 'broken'): FileSystemEntry {
  if (typeof node === 'string')
    return {
      name,
      isFile: true,
      isDirectory: false,
      file: (resolve: (file: File) => void, reject: (error: unknown) => void) =>
        node === 'file' ? resolve(new File(['x'], name)) : reject(new Error('unreadable')),
    } as unknown as FileSystemEntry;
  return {
    name,
    isFile: false,
    isDirectory: true,
    createReader: () => {
      const left = Object.entries(node).map(([child, below]) => entryOf(child, below));
      return { readEntries: (resolve: (some: FileSystemEntry[]) => void) => resolve(left.splice(0, 2)) };
    },
  } as unknown as FileSystemEntry;
}

test('a dropped card is walked to its end, keeping the paths of its files', async () => {
  const card = entryOf('CARD_A', {
    CLIPS: { 'A1.MOV': 'file', 'A2.MOV': 'file', 'A3.MOV': 'file' },
    'info.txt': 'file',
    '.hidden': 'file',
  });
  const { files, unreadable, cut } = await listDropped({ entries: [card], files: [] });
  expect(files.map((file) => file.relativePath)).toEqual([
    'CARD_A/CLIPS/A1.MOV',
    'CARD_A/CLIPS/A2.MOV',
    'CARD_A/CLIPS/A3.MOV',
    'CARD_A/info.txt',
  ]);
  expect(unreadable).toEqual([]);
  expect(cut).toBe(false);
});

test('a file that cannot be read is named and the rest go on', async () => {
  const { files, unreadable } = await listDropped({
    entries: [entryOf('bad.wav', 'broken'), entryOf('good.wav', 'file')],
    files: [],
  });
  expect(unreadable).toEqual(['bad.wav']);
  expect(files).toHaveLength(1);
});
