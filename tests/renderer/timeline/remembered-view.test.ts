import { describe, expect, test, vi } from 'vitest';
import { Mirror } from '../../../src-renderer/project/mirror.ts';
import { recallView, rememberView } from '../../../src-renderer/timeline/remembered-view.ts';
import { createTimelineView } from '../../../src-renderer/timeline/timeline-view.ts';
import { snapshotOf } from '../../support/local-timeline.ts';
import { clipRow, rowsWith } from './timeline-rows.ts';

function storage(): Storage {
  const values = new Map<string, string>();
  return {
    getItem: (key: string) => values.get(key) ?? null,
    setItem: (key: string, value: string) => void values.set(key, value),
  } as Storage;
}

function mirror(): Mirror {
  const made = new Mirror();
  made.load(snapshotOf(rowsWith([clipRow(1, 1, 0), clipRow(2, 1, 96_000)]), 7));
  return made;
}

/** What is kept after `look` has looked around in a project. */
function kept(look: (view: ReturnType<typeof createTimelineView>) => void): Storage {
  const store = storage();
  vi.stubGlobal('window', { addEventListener: () => undefined, removeEventListener: () => undefined });
  const view = createTimelineView({ contentEndSample: 480_000 });
  const stop = rememberView('/reels/One.twopop', view, store);
  look(view);
  stop();
  vi.unstubAllGlobals();
  return store;
}

describe('the view of a project', () => {
  test('is there again: zoom, scroll, cursor, selection and tool', () => {
    const store = kept((view) => {
      view.setState({ samplesPerPixel: 12.5, originSample: 40_000, scrollTop: 64 });
      view.getState().setCursor(48_000);
      view.getState().selectClips([2]);
      view.getState().setTool('slip');
    });
    expect(recallView('/reels/One.twopop', mirror(), store)).toMatchObject({
      samplesPerPixel: 12.5,
      originSample: 40_000,
      scrollTop: 64,
      cursorSample: 48_000,
      selectedClipIds: new Set([2]),
      tool: 'slip',
      contentEndSample: 480_000,
    });
  });

  test('forgets what is no longer in the project', () => {
    const store = kept((view) => {
      view.getState().selectClips([1, 99]);
      view.getState().setActiveTrack(99);
      view.getState().selectRange({ fromSample: 0, toSample: 10, trackIds: [99] });
    });
    const view = recallView('/reels/One.twopop', mirror(), store);
    expect(view.selectedClipIds).toEqual(new Set([1]));
    expect(view.activeTrackId).toBe(mirror().tracks()[0]!.id);
    expect(view.range).toBeNull();
  });

  test('is not that of another project, nor of anything damaged', () => {
    const store = kept((view) => view.getState().setCursor(5));
    expect(recallView('/reels/Two.twopop', mirror(), store)).toEqual({});
    store.setItem(
      'twopop.timeline-view',
      '{"version":1,"projectPath":"/reels/One.twopop","view":{"samplesPerPixel":"x"}}',
    );
    expect(recallView('/reels/One.twopop', mirror(), store)).toEqual({});
    store.setItem('twopop.timeline-view', 'not JSON');
    expect(recallView('/reels/One.twopop', mirror(), store)).toEqual({});
  });
});
