import type { ReactNode } from 'react';
import { openDialog } from '../app/dialogs.ts';
import { Button } from '../ui/Button.tsx';

/** A part of the monitor panel under its name. */
export function Part({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <section className="monitor-part" aria-label={name}>
      <h3>{name}</h3>
      {children}
    </section>
  );
}

/** A labelled row. */
export function Line({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <div className="audio-line">
      <span className="audio-line-label">{label}</span>
      {children}
    </div>
  );
}

/** Says what a part lacks, with the way to it. */
export function Missing({ text }: { readonly text: string }) {
  return (
    <p className="monitor-note">
      <span>{text}</span>
      <Button onClick={() => openDialog('audio')}>Choose…</Button>
    </p>
  );
}
