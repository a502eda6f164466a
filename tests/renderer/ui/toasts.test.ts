import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { dismissNewestError, tellDone, tellError, tellPlain, useToasts } from '../../../src-renderer/ui/toasts.ts';

beforeEach(() => {
  vi.useFakeTimers();
  useToasts.setState({ notices: [] });
});
afterEach(() => vi.useRealTimers());

const shown = () => useToasts.getState().notices.flatMap((notice) => (notice.shown ? [notice.message] : []));
const error = (message: string) => ({ code: 'some', message, remedy: 'Try it again.' });

test('what was done and what is worth knowing goes away by itself, what went wrong stays', () => {
  tellDone('Written.');
  tellPlain('Files are still being imported.');
  tellError(error('The disk is full.'));
  vi.advanceTimersByTime(7_000);
  expect(shown()).toEqual(['The disk is full.']);
});

test('errors are closed one after another, the newest first, and stay in the log', () => {
  tellError(error('The first.'));
  tellError(error('The second.'));
  expect(dismissNewestError()).toBe(true);
  expect(shown()).toEqual(['The first.']);
  expect(dismissNewestError()).toBe(true);
  expect(dismissNewestError()).toBe(false);
  expect(useToasts.getState().notices).toHaveLength(2);
});
