const WIDTH = 400;
const HEIGHT = 84;
const EDGE = 14;

/** Each measured round trip as a dot and in figures, in the order in which the impulses were sent. */
export function RoundTripPlot({ roundTrips }: { readonly roundTrips: readonly number[] }) {
  const least = Math.min(...roundTrips);
  const most = Math.max(...roundTrips);
  // Two samples at least from top to bottom: what is all the same lies in the middle.
  const middle = (least + most) / 2;
  const half = Math.max(1, (most - least) / 2);
  const x = (at: number) => EDGE + ((at + 0.5) * (WIDTH - 2 * EDGE)) / roundTrips.length;
  const y = (value: number) => HEIGHT / 2 - ((value - middle) / half) * (HEIGHT / 2 - EDGE);
  return (
    <figure className="audio-plot">
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true">
        {[middle - half, middle, middle + half].map((value) => (
          <line key={value} x1={EDGE} x2={WIDTH - EDGE} y1={y(value)} y2={y(value)} />
        ))}
        {roundTrips.map((value, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: an impulse is known by its place in the row.
          <circle key={at} cx={x(at)} cy={y(value)} r="3.5" />
        ))}
      </svg>
      <ol aria-label="Round trips in samples">
        {roundTrips.map((value, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: an impulse is known by its place in the row.
          <li key={at} className="figures">
            {value}
          </li>
        ))}
      </ol>
    </figure>
  );
}
