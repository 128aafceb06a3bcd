import type { TermsAnswer } from '@mooring/contract/terms-of-use'
import { IconSignature } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Address } from '../directory/Address.tsx'
import { Ago } from '../frame/Ago.tsx'
import { Loaded } from '../frame/Loaded.tsx'
import { usePageSearch } from '../frame/navigation.ts'
import { Pager } from '../frame/Pager.tsx'
import { useFormats } from '../language/format.ts'
import { ask } from '../query.ts'
import { Empty } from '../ui/Empty.tsx'
import { ItemList } from '../ui/ItemList.tsx'
import type { Column } from '../ui/item-list.ts'
import { Panel } from '../ui/Panel.tsx'
import { StateTag } from '../ui/StateTag.tsx'

/** Who accepted which version, and when. */
export function TermsAnswers({ org }: { org: string }) {
  const { t } = useTranslation('enrolment')
  const [{ cursor }] = usePageSearch()
  const answers = useQuery(
    ask('listTermsAnswers', { params: { org }, query: { cursor, limit: 20 } }),
  )
  return (
    <Panel flush title={t('answers.title')} hint={t('answers.hint')}>
      <Loaded query={answers} skeleton={<AnswerList answers={undefined} />}>
        {(page) => (
          <>
            {page.items.length === 0 ? (
              <Empty icon={<IconSignature size={24} />} title={t('answers.none')} />
            ) : (
              <AnswerList answers={page.items} />
            )}
            <Pager nextCursor={page.nextCursor} />
          </>
        )}
      </Loaded>
    </Panel>
  )
}

function AnswerList({ answers }: { answers: readonly TermsAnswer[] | undefined }) {
  const { t } = useTranslation('enrolment')
  const { number } = useFormats()
  const columns: Column<TermsAnswer>[] = [
    {
      id: 'who',
      head: t('attempt.user'),
      narrow: 'first',
      cell: ({ user }) => <Address text={user.name ?? user.entraId} />,
    },
    {
      id: 'version',
      head: t('answers.version'),
      narrow: 'second',
      cell: ({ version, language }) => (
        <span className="nowrap">
          {number(version)} · {t(`terms.language.${language}`)}
        </span>
      ),
    },
    {
      id: 'when',
      head: t('answers.when'),
      narrow: 'second',
      cell: ({ at }) => <Ago instant={at} />,
    },
    {
      id: 'answer',
      head: t('answers.answer'),
      narrow: 'second',
      width: '1%',
      cell: ({ answer }) => (
        <StateTag
          size="sm"
          tone={answer === 'accepted' ? 'ok' : 'off'}
          label={t(`answers.${answer}`)}
        />
      ),
    },
  ]
  return (
    <ItemList
      label={t('answers.title')}
      columns={columns}
      items={answers}
      keyOf={({ id }) => id}
      expected={3}
    />
  )
}
