import type { Trouble } from '@mooring/contract/problem'
import { Notice } from '../ui/Notice.tsx'
import { Codes } from './Codes.tsx'

/** What went wrong in the background: cause, cure, and codes, Microsoft's among them. */
export function TroubleNotice({
  trouble,
  tone,
}: {
  trouble: Trouble
  tone: 'wrong' | 'attention'
}) {
  return (
    <Notice
      tone={tone}
      title={trouble.title}
      footnote={
        <Codes
          code={trouble.microsoftCode ?? trouble.code}
          microsoftTraceId={trouble.microsoftTraceId}
        />
      }
    >
      <p>{trouble.detail}</p>
      <p>{trouble.remedy}</p>
    </Notice>
  )
}
