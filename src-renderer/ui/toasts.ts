import { create } from 'zustand';
import type { ErrorReport } from '../../src-shared/rpc/error.ts';

/** What can be done about something at once, by a button beside it. */
export type NoticeAction = { readonly label: string; readonly run: () => void };

/** One thing told to the person: kept in the log after its toast is gone. */
export type Notice = {
  readonly id: number;
  readonly tone: 'plain' | 'good' | 'bad';
  readonly message: string;
  readonly remedy: string;
  readonly action: NoticeAction | null;
  /** What was tried when it went wrong; '' for what no later success makes untrue. */
  readonly about: string;
  readonly at: Date;
  readonly shown: boolean;
};

type Toasts = { readonly notices: readonly Notice[] };

export const useToasts = create<Toasts>(() => ({ notices: [] }));

const LOG_LIMIT = 500;
let nextId = 1;

function tell(
  tone: Notice['tone'],
  message: string,
  remedy: string,
  action: NoticeAction | null = null,
  about = '',
): void {
  const notice: Notice = { id: nextId++, tone, message, remedy, action, about, at: new Date(), shown: true };
  useToasts.setState(({ notices }) => ({
    notices: [
      ...notices.map((old) => (old.message === message && old.shown ? { ...old, shown: false } : old)),
      notice,
    ].slice(-LOG_LIMIT),
  }));
  if (tone !== 'bad') setTimeout(() => dismiss(notice.id), 6_000);
}

/** Tells what was done. Goes away by itself. */
export function tellDone(message: string, remedy = ''): void {
  tell('good', message, remedy);
}

/** Tells something worth knowing, with a button that goes further where there is one. Goes away by itself. */
export function tellPlain(message: string, remedy = '', action: NoticeAction | null = null): void {
  tell('plain', message, remedy, action);
}

/**
 * Tells what went wrong and what to do, with a button that does it where there is one; stays until it is dismissed, or
 * until what it is `about` is tried again: see {@link dismissAbout}.
 */
export function tellError(report: ErrorReport, action: NoticeAction | null = null, about = ''): void {
  tell('bad', report.message, report.remedy, action, about);
}

/** Takes away what was told of something that went wrong before: it was tried again, and that told was true of then. */
export function dismissAbout(about: string): void {
  const { notices } = useToasts.getState();
  for (const notice of notices) if (notice.shown && notice.about === about) dismiss(notice.id);
}

/** Takes the newest error away that stands; false where none does. */
export function dismissNewestError(): boolean {
  const newest = useToasts.getState().notices.findLast(({ shown, tone }) => shown && tone === 'bad');
  if (newest) dismiss(newest.id);
  return newest !== undefined;
}

/** Takes a toast away; it stays in the log. */
export function dismiss(id: number): void {
  useToasts.setState(({ notices }) => ({
    notices: notices.map((notice) => (notice.id === id ? { ...notice, shown: false } : notice)),
  }));
}
