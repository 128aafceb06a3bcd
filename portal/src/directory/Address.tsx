import classes from './Address.module.css'

/** A mail address or user principal name, which is best broken before its domain. */
export function Address({ text }: { text: string }) {
  const at = text.lastIndexOf('@')
  if (at < 1) return text
  return (
    <>
      {text.slice(0, at)}
      <wbr className={classes['break']} />
      {text.slice(at)}
    </>
  )
}
