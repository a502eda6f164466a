/** A page of `assets/docs`, as HTML of our own. */
declare module '*.md' {
  const html: string;
  export default html;
}
