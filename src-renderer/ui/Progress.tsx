/** A bar from 0 to 1 with its name for screen readers. */
export function Progress({
  value,
  state,
  label,
}: {
  readonly value: number;
  readonly state?: string;
  readonly label: string;
}) {
  const percent = Math.round(Math.min(1, Math.max(0, value)) * 100);
  return (
    <div
      className="progress"
      role="progressbar"
      aria-label={label}
      aria-valuenow={percent}
      aria-valuemin={0}
      aria-valuemax={100}
      data-state={state}
    >
      <div style={{ width: `${percent}%` }} />
    </div>
  );
}
