import { useEffect, useState } from 'react';
import { openDialog } from '../app/dialogs.ts';
import { useSession } from '../app/session.ts';
import { attempt } from '../project/open-project.ts';
import { Button } from '../ui/Button.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { useAudioControls, useEngineStatus } from './audio-controls.ts';
import { type AudioPage, useAudioPage } from './audio-page.ts';
import { CalibratePage } from './CalibratePage.tsx';
import { channelNames } from './device-choice.ts';
import { EnginePage } from './EnginePage.tsx';
import { InputMeters, ONE_COLUMN_INPUTS } from './InputMeters.tsx';
import { SettingsPage } from './SettingsPage.tsx';
import { StatusStrip } from './StatusStrip.tsx';
import { TestTone } from './TestTone.tsx';
import { useDeviceListing } from './use-device-listing.ts';
import './audio.css';

const PAGES = [
  ['settings', 'Devices'],
  ['calibrate', 'Calibrate'],
  ['engine', 'Engine'],
] as const satisfies readonly (readonly [AudioPage, string])[];

/** Everything about the audio device of this machine: choosing it, calibrating it, and how it does. */
export function AudioDialog({ onClose }: { readonly onClose: () => void }) {
  const { client } = useSession();
  const status = useEngineStatus();
  const { controls, settings, monitor } = useAudioControls();
  const page = useAudioPage((state) => state.page);
  const { listing, isListing, list } = useDeviceListing(status);
  const [notice, setNotice] = useState<string | null>(null);
  useEffect(() => {
    void attempt(() => client.audio.settings()).then((answer) => setNotice(answer?.notice ?? null));
  }, [client]);
  const inputNames = channelNames(listing, status?.input ?? null, 'input', status?.inputChannels);
  const outputNames = channelNames(listing, settings?.output ?? null, 'output', status?.outputChannels);
  return (
    <Dialog title="Audio settings" widthPixels={1240} onClose={onClose}>
      <div className="audio-dialog">
        <div className="audio-head">
          <Tabs page={page} />
          <Button
            look="quiet"
            icon="help"
            hint="How audio, calibration and recording work"
            onClick={() => openDialog('help-audio')}
          >
            Help
          </Button>
        </div>
        <StatusStrip status={status} settings={settings} />
        {notice ? (
          <p className="audio-problem" role="alert">
            {notice}
          </p>
        ) : null}
        <div id="audio-page" className="audio-page" role="tabpanel" aria-labelledby={`audio-tab-${page}`}>
          {page === 'settings' ? (
            <div className="audio-devices" data-many={(status?.inputChannels ?? 0) > ONE_COLUMN_INPUTS || undefined}>
              {settings ? (
                <SettingsPage
                  controls={controls}
                  settings={settings}
                  status={status}
                  listing={listing}
                  isListing={isListing}
                  onListAgain={list}
                />
              ) : null}
              <div className="audio-beside">
                <InputMeters status={status} names={inputNames} />
                {monitor ? (
                  <TestTone controls={controls} monitor={monitor} status={status} names={outputNames} />
                ) : null}
              </div>
            </div>
          ) : page === 'calibrate' ? (
            <CalibratePage status={status} listing={listing} />
          ) : (
            <EnginePage status={status} />
          )}
        </div>
      </div>
    </Dialog>
  );
}

function Tabs({ page }: { readonly page: AudioPage }) {
  return (
    <div className="audio-tabs" role="tablist" aria-label="Pages of the audio settings">
      {PAGES.map(([each, title], index) => (
        <button
          key={each}
          type="button"
          role="tab"
          id={`audio-tab-${each}`}
          aria-selected={page === each}
          aria-controls="audio-page"
          // The chosen tab is reached by Tab as every button is; the first field of the page has the focus at first.
          tabIndex={page === each ? undefined : -1}
          className="tab"
          onClick={() => useAudioPage.setState({ page: each })}
          onKeyDown={(event) => {
            const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
            if (step === 0) return;
            event.preventDefault();
            const next = PAGES[(index + step + PAGES.length) % PAGES.length]![0];
            useAudioPage.setState({ page: next });
            document.getElementById(`audio-tab-${next}`)?.focus();
          }}
        >
          {title}
        </button>
      ))}
    </div>
  );
}
