import { NO_EVIDENCE, type TrackAssessment } from '../../src-shared/sync/sync-evidence.ts';
import { useKeyHint } from '../app/key-hint.ts';
import { channelNamesOf } from '../media/bin-rows.ts';
import { useProject } from '../project/open-project.ts';
import { Button } from '../ui/Button.tsx';
import { figure } from '../ui/figure.ts';
import { useReview, useReviewState } from './review.ts';
import { adjustMatches } from './review-decisions.ts';
import { ACCEPTING_HINT } from './review-locks.ts';
import { isInverted, type ShownMatch, whyNoDelays } from './shown-match.ts';

/** The recorder's microphones with what was found of each, the suggested one, and which are heard. */
export function Microphones({ shown }: { readonly shown: ShownMatch }) {
  const review = useReview();
  const { info } = useProject();
  const hint = useKeyHint();
  const accepting = useReviewState((state) => state.acceptingIds.has(shown.match.id));
  // What was measured and what is set belongs to the match, not to another place that is looked at.
  const elsewhere = shown.lookedAt !== null;
  const locked = info.readOnly || accepting || elsewhere;
  const shownChannel = useReviewState((state) => state.recorderChannel);
  const { match, recorder } = shown;
  const evidence = elsewhere ? NO_EVIDENCE : shown.evidence;
  if (!recorder || recorder.channelCount < 1) return null;
  const names = channelNamesOf(recorder);
  const assessed = new Map(evidence.tracks.map((track) => [track.channel, track]));
  const channels = Array.from({ length: recorder.channelCount }, (_, channel) => channel);
  const inverted = elsewhere ? [] : channels.filter((channel) => isInverted(match, channel));
  const noDelays = whyNoDelays(evidence);
  const choose = (chosenChannel: number | null) => {
    review.set({ recorderChannel: null });
    adjustMatches(review, [match], { chosenChannel });
  };
  return (
    <section className="microphones" aria-label="Microphones">
      <h3>Microphones</h3>
      <table>
        <thead>
          <tr>
            <th scope="col" className="microphone-heard">
              Heard
            </th>
            <th scope="col">Microphone</th>
            <th scope="col" title="Level, dBFS">
              dBFS
            </th>
            <th scope="col" title="Speech over noise, dB">
              SNR
            </th>
            <th scope="col" title="Direct over reverberant sound, dB">
              Dry
            </th>
            <th scope="col" title="How much later than track 1 it hears, ms">
              Delay
            </th>
          </tr>
        </thead>
        <tbody>
          <tr>
            <td>
              <input
                type="radio"
                name={`heard-${match.id}`}
                aria-label="All microphones are heard"
                checked={!elsewhere && match.chosenChannel === null}
                disabled={locked}
                onChange={() => choose(null)}
              />
            </td>
            <td colSpan={5}>All</td>
          </tr>
          {channels.map((channel) => (
            <MicrophoneRow
              key={channel}
              name={names[channel] || `Track ${channel + 1}`}
              track={assessed.get(channel) ?? null}
              isSuggested={evidence.suggestedChannel === channel}
              isInverted={inverted.includes(channel)}
              isShown={(shownChannel ?? shown.recorderChannel) === channel}
              isChosen={!elsewhere && match.chosenChannel === channel}
              group={`heard-${match.id}`}
              locked={locked}
              onChoose={() => choose(channel)}
              onShow={() => {
                review.set({ recorderChannel: channel });
                review.listening.refresh();
              }}
            />
          ))}
        </tbody>
      </table>
      {noDelays === null ? null : <p className="dim">{noDelays}</p>}
      {evidence.suggestedChannel !== null ? (
        <p className="dim">
          Suggested:{' '}
          {suggestion(
            names[evidence.suggestedChannel] || `Track ${evidence.suggestedChannel + 1}`,
            evidence.suggestionReason,
          )}
        </p>
      ) : null}
      {inverted.length > 0 ? (
        <div className="bar-group">
          <Button
            pressed={match.rightsPolarity}
            disabled={locked}
            hint={
              accepting
                ? ACCEPTING_HINT
                : hint('Inverted channels are turned round when accepted', 'review.rightPolarity')
            }
            onClick={() => adjustMatches(review, [match], { rightsPolarity: !match.rightsPolarity })}
          >
            Right the polarity
          </Button>
          <span className="dim">
            {inverted.length === 1
              ? `${names[inverted[0]!] || `Track ${inverted[0]! + 1}`} is`
              : `${inverted.length} are`}{' '}
            inverted{match.rightsPolarity ? ', and turned round' : ''}.
          </span>
        </div>
      ) : null}
    </section>
  );
}

type MicrophoneRowProps = {
  readonly name: string;
  readonly track: TrackAssessment | null;
  readonly isSuggested: boolean;
  readonly isInverted: boolean;
  readonly isShown: boolean;
  readonly isChosen: boolean;
  readonly group: string;
  readonly locked: boolean;
  readonly onChoose: () => void;
  readonly onShow: () => void;
};

function MicrophoneRow(props: MicrophoneRowProps) {
  const { name, track, isShown } = props;
  return (
    <>
      <tr data-shown={isShown ? '' : undefined}>
        <td>
          <input
            type="radio"
            name={props.group}
            aria-label={`Only ${name} is heard`}
            checked={props.isChosen}
            disabled={props.locked}
            onChange={props.onChoose}
          />
        </td>
        <th scope="row">
          <button
            type="button"
            className="link"
            aria-pressed={isShown}
            title="Show and play this microphone"
            onClick={props.onShow}
          >
            {name}
          </button>
          {props.isSuggested ? (
            <span className="badge" data-tone="good">
              suggested
            </span>
          ) : null}
          {track?.mixdown ? <span className="badge">mix</span> : null}
          {props.isInverted ? (
            <span className="badge" data-tone="warn">
              inverted
            </span>
          ) : null}
          {track && track.clippedSamples > 0 ? (
            <span
              className="badge"
              data-tone="bad"
              title={`${track.clippedSamples.toLocaleString('en-US')} samples at full scale`}
            >
              clips
            </span>
          ) : null}
        </th>
        <td className="figures">{track ? figure(track.levelDbfs) : ''}</td>
        <td className="figures">{track ? figure(track.snrDb) : ''}</td>
        <td className="figures">{track?.directToReverberantDb == null ? '' : figure(track.directToReverberantDb)}</td>
        <td className="figures">{track?.delayMs == null ? '' : figure(track.delayMs, 1)}</td>
      </tr>
      {track?.remark ? (
        <tr className="microphone-remark" data-shown={isShown ? '' : undefined}>
          <td />
          <td className="dim" colSpan={5}>
            {track.remark}
          </td>
        </tr>
      ) : null}
    </>
  );
}

/** The suggested microphone with the reason, which may name it itself. */
function suggestion(name: string, reason: string): string {
  const plain = reason.replace(/\.\s*$/, '');
  if (plain === '') return `${name}.`;
  return plain.startsWith(name) ? `${plain}.` : `${name}, ${plain}.`;
}
