/**
 * Whether an answer has statuses and an end, nothing else, and none that objects. A quick look, for
 * sessions that are had by the thousand; what it does not recognize is read in full.
 */
export function isPlainlyIdle(text: string): boolean {
  return (
    text.includes('<Final') &&
    !/<(?!\/|\?|SyncML|SyncHdr|SyncBody|Status|Final|VerDTD|VerProto|SessionID|MsgID|Target|Source|LocURI|CmdID|MsgRef|CmdRef|Cmd|Data|TargetRef|SourceRef)/.test(
      text,
    ) &&
    !/<Data>[45]/.test(text)
  )
}
