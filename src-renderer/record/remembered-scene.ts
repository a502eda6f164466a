import { createStore, type StoreApi } from 'zustand/vanilla';

/** The scene or cue of the next takes; '' where there is none. Kept in this browser for each project. */

const STORAGE_KEY = 'twopop.record-scenes';
const MOST_PROJECTS = 50;
/** As much as the host takes. */
export const MOST_SCENE_LETTERS = 100;

export type Scene = {
  readonly scene: string;
  /** It is being typed. */
  readonly isEdited: boolean;
};

/** The scene that was set last in the project at that path. */
export function recallScene(projectPath: string, storage: Pick<Storage, 'getItem'>): StoreApi<Scene> {
  const scene = scenesIn(storage).find(([path]) => path === projectPath)?.[1] ?? '';
  return createStore<Scene>(() => ({ scene, isEdited: false }));
}

/** Keeps what is set from now on, of the projects that were recorded in last. Returns what ends it. */
export function rememberScene(
  projectPath: string,
  store: StoreApi<Scene>,
  storage: Pick<Storage, 'getItem' | 'setItem'>,
): () => void {
  return store.subscribe(({ scene }, before) => {
    if (scene === before.scene) return;
    const others = scenesIn(storage).filter(([path]) => path !== projectPath);
    const kept = scene === '' ? others : [...others, [projectPath, scene]];
    try {
      storage.setItem(STORAGE_KEY, JSON.stringify(kept.slice(-MOST_PROJECTS)));
    } catch {
      // A full or forbidden storage costs only this convenience.
    }
  });
}

/** Sets it as it was typed, without what is too long and the space around it. */
export function setScene(store: StoreApi<Scene>, typed: string): void {
  store.setState({ scene: typed.trim().slice(0, MOST_SCENE_LETTERS).trimEnd(), isEdited: false });
}

function scenesIn(storage: Pick<Storage, 'getItem'>): [path: string, scene: string][] {
  try {
    const kept: unknown = JSON.parse(storage.getItem(STORAGE_KEY) ?? '[]');
    if (!Array.isArray(kept)) return [];
    return kept.filter((one) => Array.isArray(one) && typeof one[0] === 'string' && typeof one[1] === 'string');
  } catch {
    return [];
  }
}
