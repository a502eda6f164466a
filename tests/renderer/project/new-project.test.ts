import { describe, expect, test } from 'vitest';
import { checkNewProject, EMPTY_DRAFT } from '../../../src-renderer/project/new-project.ts';
import { newProjectSchema } from '../../../src-shared/rpc/schemas.ts';

const draft = { ...EMPTY_DRAFT, name: 'Reel 1', parentFolder: '/home/me' };

describe('a new project', () => {
  test('that is filled in makes a request the host takes', () => {
    const { request } = checkNewProject(draft);
    expect(newProjectSchema.parse(request)).toEqual(request);
    expect(request).toMatchObject({
      startFrame: 86_400,
      sampleRate: 48_000,
      frameRate: { numerator: 24, denominator: 1 },
    });
  });

  test('counts its start at the chosen rate, dropped labels and all', () => {
    expect(checkNewProject({ ...draft, frameRate: '29.97 DF', startTimecode: '01:00:00;00' }).request?.startFrame).toBe(
      107_892,
    );
    expect(checkNewProject({ ...draft, frameRate: '29.97 NDF' }).request?.startFrame).toBe(108_000);
  });

  test('is refused with the reason beside the field', () => {
    expect(checkNewProject({ ...draft, name: '  ' }).problems?.name).toBeTruthy();
    expect(checkNewProject({ ...draft, name: 'a/b' }).problems?.name).toBeTruthy();
    expect(checkNewProject({ ...draft, name: 'ends.' }).problems?.name).toBeTruthy();
    expect(checkNewProject({ ...draft, parentFolder: '' }).problems?.parentFolder).toBeTruthy();
    expect(checkNewProject({ ...draft, startTimecode: 'one' }).problems?.startTimecode).toMatch(/01:00:00:00/);
    expect(checkNewProject({ ...draft, startTimecode: '01:00:00:24' }).problems?.startTimecode).toMatch(/too large/);
    expect(
      checkNewProject({ ...draft, frameRate: '29.97 DF', startTimecode: '01:01:00;00' }).problems?.startTimecode,
    ).toMatch(/skips/);
  });

  test('takes names of any language', () => {
    expect(checkNewProject({ ...draft, name: 'Über 映画 🎬' }).problems).toBeNull();
  });
});
