/** What a keeper tells about itself. Ids only. */
export type KeeperEvent =
  /** All that this broker retains has been read. */
  | { readonly type: 'heard-out'; readonly broker: string }
  /** No list is published; the reason names the fix. */
  | { readonly type: 'waiting'; readonly reason: string }
  /** Lists are published, and say how things stand now. */
  | { readonly type: 'current' }
  /** Lists are published, and say how things stood at `until` (ms since 1970): these brokers are away since. */
  | { readonly type: 'behind'; readonly until: number; readonly brokers: readonly string[] }
  /** Another list than before; its repetitions are not told. */
  | {
      readonly type: 'listed'
      readonly area: string
      readonly seq: number
      readonly incidents: readonly {
        readonly sender: string
        readonly incident: string
        readonly revision: number
      }[]
      /** Kept on the list because this keeper refuses it, and players may not: their keyrings may be newer. */
      readonly unjudged: readonly { readonly sender: string; readonly incident: string }[]
    }
  /** An envelope that the broker had lost, or never had, is there. */
  | { readonly type: 'restored'; readonly broker: string; readonly topic: string }
  /** The broker was told to forget what it retains of something that is over. */
  | { readonly type: 'cleared'; readonly broker: string; readonly topic: string }
