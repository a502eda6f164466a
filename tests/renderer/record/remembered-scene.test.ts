import { beforeEach, expect, test } from 'vitest';
import {
  MOST_SCENE_LETTERS,
  recallScene,
  rememberScene,
  setScene,
} from '../../../src-renderer/record/remembered-scene.ts';

let kept: Map<string, string>;
let storage: Pick<Storage, 'getItem' | 'setItem'>;

beforeEach(() => {
  kept = new Map();
  storage = { getItem: (key) => kept.get(key) ?? null, setItem: (key, text) => void kept.set(key, text) };
});

function typedIn(project: string, text: string): void {
  const store = recallScene(project, storage);
  const stop = rememberScene(project, store, storage);
  store.setState({ isEdited: true });
  setScene(store, text);
  stop();
}

const sceneOf = (project: string) => recallScene(project, storage).getState().scene;

test('the scene of the next takes is remembered for each project, until it is taken out', () => {
  typedIn('/a.twopop', ' 12A ');
  typedIn('/b.twopop', 'Cue 7');
  expect([sceneOf('/a.twopop'), sceneOf('/b.twopop'), sceneOf('/c.twopop')]).toEqual(['12A', 'Cue 7', '']);
  typedIn('/a.twopop', '  ');
  expect(sceneOf('/a.twopop')).toBe('');
});

test('typing ends with what was typed, no longer than the host takes', () => {
  const store = recallScene('/a.twopop', storage);
  store.setState({ isEdited: true });
  setScene(store, 'x'.repeat(300));
  expect(store.getState()).toEqual({ scene: 'x'.repeat(MOST_SCENE_LETTERS), isEdited: false });
});

test('the projects that were recorded in last are remembered', () => {
  for (let at = 0; at < 60; at++) typedIn(`/${at}.twopop`, `${at}`);
  expect([sceneOf('/9.twopop'), sceneOf('/10.twopop'), sceneOf('/59.twopop')]).toEqual(['', '10', '59']);
});

test('a storage that is damaged or refuses costs nothing but what was remembered', () => {
  kept.set('twopop.record-scenes', '{"a":');
  expect(sceneOf('/a.twopop')).toBe('');
  kept.set('twopop.record-scenes', '[1, ["/a.twopop", 5], ["/a.twopop", "7"]]');
  expect(sceneOf('/a.twopop')).toBe('7');
  storage.setItem = () => {
    throw new Error('forbidden');
  };
  expect(() => typedIn('/a.twopop', '8')).not.toThrow();
});
