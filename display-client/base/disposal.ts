/** Something that holds a timer, socket, file or process until it is told to let go. */
export interface Disposable {
  /** Releases everything held; may be called more than once. */
  dispose(): void | Promise<void>
}

/**
 * Collects what a part has acquired and releases it in reverse order.
 *
 * Every release runs even when an earlier one throws; the first error is thrown at the end.
 */
export class Disposables implements Disposable {
  readonly #held: Disposable[] = []

  /** Takes `disposable` into care and returns it. */
  add<T extends Disposable>(disposable: T): T {
    this.#held.push(disposable)
    return disposable
  }

  /** Takes a bare release function into care. */
  defer(release: () => void | Promise<void>): void {
    this.#held.push({ dispose: release })
  }

  async dispose(): Promise<void> {
    const errors: unknown[] = []
    for (let held = this.#held.pop(); held !== undefined; held = this.#held.pop()) {
      try {
        await held.dispose()
      } catch (error) {
        errors.push(error)
      }
    }
    if (errors.length > 0) throw errors[0]
  }
}
