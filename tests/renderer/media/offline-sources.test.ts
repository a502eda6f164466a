import { expect, test } from 'vitest';
import { troubledPaths } from '../../../src-renderer/media/offline-sources.ts';

test('missing files are looked for again when the engine is in trouble with others, not at every change of its state', () => {
  const gone = { path: '/a.wav', trouble: 'missing', message: '' } as const;
  expect(troubledPaths(null)).toBe(troubledPaths({ sourceTroubles: [] }));
  expect(troubledPaths({ sourceTroubles: [gone] })).toBe(troubledPaths({ sourceTroubles: [{ ...gone }] }));
  expect(troubledPaths({ sourceTroubles: [gone] })).not.toBe(troubledPaths({ sourceTroubles: [] }));
  expect(troubledPaths({ sourceTroubles: [gone] })).not.toBe(
    troubledPaths({ sourceTroubles: [{ ...gone, trouble: 'unreadable' }] }),
  );
});
