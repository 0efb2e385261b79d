import Database from 'libsql'
import { SenderError } from '../errors/sender-error.ts'

/**
 * Makes this process the only one that uses a data folder, until the returned function is called or the
 * process ends, however it ends: the lock is one of the operating system, on a file of its own.
 *
 * @throws SenderError data_in_use
 */
export const lockData = (file: string): (() => void) => {
  const db = new Database(file)
  try {
    db.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE')
  } catch (cause) {
    db.close()
    throw new SenderError(
      'data_in_use',
      `Another sender uses ${file.replace(/\/[^/]*$/, '')}.`,
      'Stop it, or give this one a folder of its own.',
      { cause },
    )
  }
  return () => db.close()
}
