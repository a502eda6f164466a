import { useEngineStatus } from './audio-controls.ts';
import { showAudioPage } from './audio-page.ts';
import { troublesOf } from './engine-words.ts';
import './audio-status.css';

/** What the engine could not play, in the status bar; a press shows all of it. Nothing while all is well. */
export function EngineTroubles() {
  const status = useEngineStatus();
  if (!status) return null;
  return troublesOf(status).map(({ text, about }) => (
    <button
      key={text}
      type="button"
      className="badge audio-trouble-badge"
      data-tone="bad"
      title={`${about}\nPress for all that is known of it.`}
      onClick={() => showAudioPage('engine')}
    >
      {text}
    </button>
  ));
}
