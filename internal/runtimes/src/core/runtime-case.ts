/** Something that must hold on every runtime. `run` throws if it does not. */
export interface RuntimeCase {
  readonly name: string
  run(): Promise<void>
}
