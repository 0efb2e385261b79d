/** What `nest new` makes, and the reader's own service. */
export declare class AppModule {}
export declare class NotesService {
  add(note: { readonly content?: string | undefined }): Promise<void>
}
