import { useEffect, useRef, useState } from 'react';

type ValueInputProps = {
  readonly label: string;
  readonly value: string;
  /** Null when the text means nothing: the field then says so and sends nothing. */
  readonly parse: (text: string) => unknown;
  /** Called with what `parse` made of the text, on Enter or on leaving, when it differs from `value`. */
  readonly onCommit: (text: string) => void;
  readonly disabled?: boolean;
  readonly placeholder?: string;
};

/** A field that sends its value when it is done with, by Enter or by leaving; Escape takes the change back and leaves. */
export function ValueInput({ label, value, parse, onCommit, disabled, placeholder }: ValueInputProps) {
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  const wrong = text !== value && parse(text) === null;
  const takenBack = useRef(false);
  const commit = () => {
    const keep = !takenBack.current;
    takenBack.current = false;
    if (text === value) return;
    if (wrong || !keep) setText(value);
    else onCommit(text);
  };
  return (
    <input
      className="input"
      aria-label={label}
      aria-invalid={wrong}
      title={wrong ? 'This cannot be understood; Esc takes it back.' : label}
      value={text}
      disabled={disabled}
      placeholder={placeholder}
      onChange={(event) => setText(event.target.value)}
      onBlur={commit}
      onKeyDown={(event) => {
        if (event.key === 'Escape') takenBack.current = true;
        else if (event.key !== 'Enter') return;
        // Done with: the keys are the project's again, undo among them.
        event.currentTarget.blur();
        event.stopPropagation();
      }}
    />
  );
}
