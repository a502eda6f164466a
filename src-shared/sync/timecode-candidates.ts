/** Where a file says it starts: seconds since midnight on the shoot's clock; null when it does not say. */
export type ClockStart = { readonly startSeconds: number | null | undefined; readonly durationSeconds: number };

const daySeconds = 86_400;

/**
 * The offset in seconds that two files' timecodes ask for: recorder time of camera time 0. Clocks wrap at midnight:
 * the smallest distance counts. Null when either has no timecode, or when the files then do not meet by at least
 * `leastOverlapSeconds`.
 */
export function timecodeOffset(camera: ClockStart, recorder: ClockStart, leastOverlapSeconds = 0.5): number | null {
  const { startSeconds: cameraStart } = camera;
  const { startSeconds: recorderStart } = recorder;
  if (cameraStart === null || cameraStart === undefined || recorderStart === null || recorderStart === undefined)
    return null;
  if (!Number.isFinite(cameraStart) || !Number.isFinite(recorderStart)) return null;
  let offset = (cameraStart - recorderStart) % daySeconds;
  if (offset > daySeconds / 2) offset -= daySeconds;
  if (offset < -daySeconds / 2) offset += daySeconds;
  const overlap = Math.min(camera.durationSeconds, recorder.durationSeconds - offset) - Math.max(0, -offset);
  return overlap >= leastOverlapSeconds ? offset : null;
}
