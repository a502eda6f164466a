import { type ReactNode, useEffect, useState } from 'react';
import { MonitorPanel } from '../audio/MonitorPanel.tsx';
import { Bin } from '../media/Bin.tsx';
import { carriesFiles, importDrop } from '../media/import-media.ts';
import { JobsPanel } from '../media/JobsPanel.tsx';
import { followJobEnds } from '../media/job-notices.ts';
import { useFollowOfflineSources } from '../media/offline-sources.ts';
import { MasterMeter } from '../meters/MasterMeter.tsx';
import { PictureViewer } from '../picture/PictureViewer.tsx';
import { HistoryPanel } from '../project/HistoryPanel.tsx';
import { Inspector } from '../project/Inspector.tsx';
import { MarkersPanel } from '../project/MarkersPanel.tsx';
import { useProject } from '../project/open-project.ts';
import { ReviewPanel } from '../sync/ReviewPanel.tsx';
import { TakesPanel } from '../takes/TakesPanel.tsx';
import { Splitter } from '../ui/Splitter.tsx';
import { useDialogs } from './dialogs.ts';
import { keepFocusFromPointer } from './pointer-focus.ts';
import { type LeftTab, usePreferences } from './preferences.ts';
import { StatusBar } from './StatusBar.tsx';
import { useSession } from './session.ts';
import { TimelineDock } from './TimelineDock.tsx';
import { TopBar } from './TopBar.tsx';
import './workstation.css';

const LEFT_TABS = [
  ['bin', 'Bin'],
  ['takes', 'Takes'],
  ['markers', 'Markers'],
  ['history', 'History'],
] as const satisfies readonly (readonly [LeftTab, string])[];

const LEFT_PANELS: Readonly<Record<LeftTab, ReactNode>> = {
  bin: <Bin />,
  takes: <TakesPanel />,
  markers: <MarkersPanel />,
  history: <HistoryPanel />,
};

/** The window of an open project. */
export function Workstation() {
  const preferences = usePreferences();
  useFollowOfflineSources();
  useEffect(() => keepFocusFromPointer(document), []);
  const { store } = useSession();
  useEffect(
    () => store.subscribe((state, before) => followJobEnds(state.jobs, before.jobs, useDialogs.getState().jobsOpen)),
    [store],
  );
  const reviewOpen = useDialogs((state) => state.reviewOpen);
  const jobsOpen = useDialogs((state) => state.jobsOpen);
  const monitorOpen = useDialogs((state) => state.monitorOpen);
  const { rightOpen, set } = preferences;
  const maximised = reviewOpen && preferences.reviewMaximised;
  const leftOpen = preferences.leftOpen && !maximised;
  const size = useWindowSize();
  // Unset sizes follow the window; set ones stay, as far as they leave the timeline room.
  const left = Math.min(preferences.leftWidthPixels ?? clamp(size.width * 0.2, 264, 480), size.width - 560);
  const right = Math.min(preferences.rightWidthPixels ?? clamp(size.width * 0.21, 260, 560), size.width - left - 320);
  const picture = Math.min(preferences.pictureHeightPixels ?? Math.round(right * 0.5625) + 30, size.height - 260);
  const review = Math.min(preferences.reviewHeightPixels, size.height - 300);
  const toasts = reviewOpen && leftOpen ? left - 16 : null;
  useEffect(() => {
    // The messages stand outside of the workstation: over the left panels, where they leave the review's list free.
    const { style } = document.documentElement;
    if (toasts === null) style.removeProperty('--toasts-width');
    else style.setProperty('--toasts-width', `${toasts}px`);
  }, [toasts]);

  return (
    <FileDrop>
      <TopBar />
      <div className="work" style={{ gridTemplateColumns: `${leftOpen ? `${left}px 5px ` : ''}minmax(0, 1fr)` }}>
        {leftOpen ? (
          <>
            <LeftPanels />
            <Splitter
              label="Width of the left panels"
              orientation="vertical"
              value={left}
              minimum={240}
              maximum={900}
              direction={1}
              onChange={(leftWidthPixels) => set({ leftWidthPixels })}
            />
          </>
        ) : null}
        <div
          className="work-main"
          data-review={maximised ? 'maximised' : undefined}
          style={{
            gridTemplateRows: reviewOpen && !maximised ? `minmax(0, 1fr) 5px ${review}px` : 'minmax(0, 1fr)',
          }}
        >
          <div
            className="work-upper"
            inert={maximised}
            style={{ gridTemplateColumns: rightOpen ? `minmax(0, 1fr) 5px ${right}px auto` : 'minmax(0, 1fr) auto' }}
          >
            <TimelineDock />
            {rightOpen ? (
              <>
                <Splitter
                  label="Width of picture and inspector"
                  orientation="vertical"
                  value={right}
                  minimum={220}
                  maximum={900}
                  direction={-1}
                  onChange={(rightWidthPixels) => set({ rightWidthPixels })}
                />
                <div className="work-right" style={{ gridTemplateRows: `${picture}px 5px minmax(0, 1fr)` }}>
                  <PictureViewer />
                  <Splitter
                    label="Height of the picture"
                    orientation="horizontal"
                    value={picture}
                    minimum={120}
                    maximum={1200}
                    direction={1}
                    onChange={(pictureHeightPixels) => set({ pictureHeightPixels })}
                  />
                  {monitorOpen ? (
                    <MonitorPanel />
                  ) : (
                    <section className="work-inspector" aria-label="Inspector">
                      <Inspector />
                    </section>
                  )}
                </div>
              </>
            ) : null}
            <MasterMeter />
          </div>
          {reviewOpen ? (
            <>
              {maximised ? null : (
                <Splitter
                  label="Height of the sync review"
                  orientation="horizontal"
                  value={review}
                  minimum={140}
                  maximum={900}
                  direction={-1}
                  onChange={(reviewHeightPixels) => set({ reviewHeightPixels })}
                />
              )}
              <ReviewPanel widthPixels={size.width - (leftOpen ? left + 5 : 0)} />
            </>
          ) : null}
        </div>
      </div>
      <StatusBar />
      {monitorOpen && !(rightOpen && !maximised) ? <MonitorPanel isFloating /> : null}
      {jobsOpen ? <JobsPanel leftWidthPixels={leftOpen ? left : null} /> : null}
    </FileDrop>
  );
}

function LeftPanels() {
  const leftTab = usePreferences((preferences) => preferences.leftTab);
  const set = usePreferences((preferences) => preferences.set);
  return (
    <aside className="work-left">
      <div className="tabs" role="tablist" aria-label="Left panels">
        {LEFT_TABS.map(([tab, title], index) => (
          <button
            key={tab}
            type="button"
            role="tab"
            id={`tab-${tab}`}
            aria-selected={leftTab === tab}
            aria-controls="left-panel"
            tabIndex={leftTab === tab ? 0 : -1}
            className="tab"
            onClick={() => set({ leftTab: tab })}
            onKeyDown={(event) => {
              const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
              if (step === 0) return;
              event.preventDefault();
              event.stopPropagation();
              const next = LEFT_TABS[(index + step + LEFT_TABS.length) % LEFT_TABS.length]![0];
              set({ leftTab: next });
              document.getElementById(`tab-${next}`)?.focus();
            }}
          >
            {title}
          </button>
        ))}
      </div>
      <div id="left-panel" className="work-left-body" role="tabpanel" aria-labelledby={`tab-${leftTab}`}>
        {LEFT_PANELS[leftTab]}
      </div>
    </aside>
  );
}

/** Takes files and folders dropped anywhere in the window. */
function FileDrop({ children }: { readonly children: React.ReactNode }) {
  const project = useProject();
  const [over, setOver] = useState(false);
  useEffect(() => {
    let leaving: ReturnType<typeof setTimeout> | null = null;
    const drag = (event: DragEvent) => {
      if (!carriesFiles(event.dataTransfer)) return;
      event.preventDefault();
      if (event.dataTransfer) event.dataTransfer.dropEffect = project.info.readOnly ? 'none' : 'copy';
      setOver(true);
      // A drag that leaves the window, or is given up, says nothing reliable; it only stops coming.
      if (leaving) clearTimeout(leaving);
      leaving = setTimeout(() => setOver(false), 250);
    };
    const drop = (event: DragEvent) => {
      if (!event.dataTransfer || !carriesFiles(event.dataTransfer)) return;
      event.preventDefault();
      setOver(false);
      void importDrop(project, event.dataTransfer);
    };
    window.addEventListener('dragover', drag);
    window.addEventListener('drop', drop);
    return () => {
      if (leaving) clearTimeout(leaving);
      window.removeEventListener('dragover', drag);
      window.removeEventListener('drop', drop);
    };
  }, [project]);
  return (
    <main className="workstation">
      {children}
      {over ? (
        <div className="drop-cover">
          {project.info.readOnly ? 'This project is read-only: nothing can be imported' : 'Drop to import'}
        </div>
      ) : null}
    </main>
  );
}

function useWindowSize(): { readonly width: number; readonly height: number } {
  const [size, setSize] = useState({ width: window.innerWidth, height: window.innerHeight });
  useEffect(() => {
    const measure = () => setSize({ width: window.innerWidth, height: window.innerHeight });
    window.addEventListener('resize', measure);
    return () => window.removeEventListener('resize', measure);
  }, []);
  return size;
}

function clamp(value: number, minimum: number, maximum: number): number {
  return Math.round(Math.min(maximum, Math.max(minimum, value)));
}
