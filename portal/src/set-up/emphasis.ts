export type Segment = { text: string; strong: boolean }

/** Reads `**name**` in an instruction: names stand as Entra shows them. */
export function readEmphasis(text: string): Segment[] {
  return text
    .split(/(\*\*[^*]+\*\*)/)
    .filter((part) => part !== '')
    .map((part) =>
      part.startsWith('**') && part.endsWith('**') && part.length > 4
        ? { text: part.slice(2, -2), strong: true }
        : { text: part, strong: false },
    )
}
