import { readEmphasis } from './emphasis.ts'
import classes from './Instructions.module.css'

/** Numbered clicks; names as Entra shows them are bold. */
export function Instructions({ lines }: { lines: readonly string[] }) {
  return (
    <ol className={classes['list']}>
      {lines.map((line) => (
        <li key={line}>
          {readEmphasis(line).map(({ text, strong }) =>
            strong ? <strong key={text}>{text}</strong> : <span key={text}>{text}</span>,
          )}
        </li>
      ))}
    </ol>
  )
}
