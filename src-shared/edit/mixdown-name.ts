const mixdownName = /^(mono |stereo )?mix(down)?[ _-]?[lr12]?$/i;

/** What recorders call their mixdown: Mix, MixL, Mix R, Mixdown, Mono Mix. */
export function isMixdownName(name: string): boolean {
  return mixdownName.test(name);
}
