/** What makers leave in: it names no machine. */
const PLACEHOLDER =
  /^(?:0+|1234567(?:89)?|none|default string|to be filled by o\.?e\.?m\.?|system serial number|not (?:specified|applicable)|n\/a)$/i

/** Whether a text is the serial number of one machine, as far as can be told. */
export const isSerialNumber = (text: string) => !PLACEHOLDER.test(text)
