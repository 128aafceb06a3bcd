/** What a server can do that Windows does not take, or that the protocol forbids. */
export type ViolationKind =
  /** The answer's HTTP: Windows gives up. */
  | 'chunkedAnswer'
  | 'contentType'
  | 'contentEncoding'
  | 'oversize'
  /** The message as a whole: Windows gives up. */
  | 'notXml'
  | 'envelope'
  | 'header'
  | 'sessionId'
  | 'msgId'
  | 'sourceTarget'
  /** Statuses of the server. */
  | 'statusMissing'
  | 'statusOrder'
  | 'msgRef'
  | 'cmdRef'
  /** Commands: answered with 400 (or as named), the others go on. */
  | 'cdata'
  | 'cmdIdMissing'
  | 'cmdIdDuplicate'
  | 'elementOrder'
  | 'metaNamespace'
  | 'unknownFormat'
  | 'locUri'
  | 'itemMissing'
  | 'nestedElements'
  | 'unknownCommand'
  | 'getInAtomic'
  | 'nestedAtomic'
  | 'mixedScopes'
  /** Large objects. */
  | 'largeObject'
  /** The answer to a repeated message tells other commands than the first answer. */
  | 'repeatedAnswer'

/** What the server did wrong, and where. */
export type Violation = {
  readonly kind: ViolationKind
  /** Which of the server's messages: the first is 1. */
  readonly message: number
  /** CmdID of the command. */
  readonly command?: string
  readonly detail: string
}

/** Takes down violations of one message. */
export type Report = (kind: ViolationKind, detail: string, command?: string) => void
