import { type ReactNode, useId } from 'react';

type FieldProps = {
  readonly label: string;
  readonly hint?: string;
  /** What is wrong with the value, in place of the hint. */
  readonly problem?: string | null;
  readonly children: (props: { id: string; 'aria-describedby': string; 'aria-invalid': boolean }) => ReactNode;
};

/** A labelled control; the line below it is always there, so a problem moves nothing. */
export function Field({ label, hint = '', problem, children }: FieldProps) {
  const id = useId();
  return (
    <div className="field">
      <label className="field-label" htmlFor={id}>
        {label}
      </label>
      {children({ id, 'aria-describedby': `${id}-hint`, 'aria-invalid': Boolean(problem) })}
      <div id={`${id}-hint`} className="field-hint" data-problem={problem ? '' : undefined}>
        {problem || hint}
      </div>
    </div>
  );
}
