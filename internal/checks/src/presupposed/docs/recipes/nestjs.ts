/** What `nest new` makes, the reader's own service, and the app of the samples above. */
import type { INestApplication } from '@nestjs/common'

export declare class AppModule {}
export declare class NotesService {
  add(note: { readonly content?: string | undefined }): Promise<void>
}
export declare const app: INestApplication
