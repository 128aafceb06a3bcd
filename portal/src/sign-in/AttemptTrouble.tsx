import type { SignInAttempt } from '@mooring/contract/single-sign-on'
import { Codes } from '../frame/Codes.tsx'
import { useFormats } from '../language/format.ts'
import { Notice } from '../ui/Notice.tsx'

/** Why a sign-in was refused: cause, cure, and everything an administrator asks for. */
export function AttemptTrouble({ trouble }: { trouble: NonNullable<SignInAttempt['trouble']> }) {
  const { exact } = useFormats()
  return (
    <Notice
      tone="wrong"
      role="alert"
      title={trouble.title}
      footnote={
        <>
          <Codes
            code={trouble.microsoftCode ?? trouble.code}
            microsoftTraceId={trouble.microsoftTraceId}
            correlationId={trouble.correlationId}
          />
          <time dateTime={trouble.at}>{exact(trouble.at)}</time>
        </>
      }
    >
      <p>{trouble.detail}</p>
      <p>{trouble.remedy}</p>
    </Notice>
  )
}
