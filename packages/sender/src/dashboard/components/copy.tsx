/** A button that copies a text. */
export const Copy = ({ text, children }: { readonly text: string; readonly children: string }) => (
  <button type="button" class="button" data-copy={text} hidden>
    {children}
  </button>
)
