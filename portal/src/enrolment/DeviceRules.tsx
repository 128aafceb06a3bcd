import { Checkbox, Input, NativeSelect, Switch, TextInput } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import classes from './Enrolment.module.css'
import { BUILDS, EDITIONS } from './rules-draft.ts'
import type { RulesFormState } from './use-rules-form.ts'

/** Which devices may come. */
export function DeviceRules({ form }: { form: RulesFormState }) {
  const { t } = useTranslation('enrolment')
  const { draft, change, errorAt } = form
  const ownershipError = errorAt('ownership')
  return (
    <>
      <div className={classes['part']}>
        {(['corporate', 'personal'] as const).map((kind) => (
          <Switch
            key={kind}
            label={t(`rules.${kind}`)}
            description={t(`rules.${kind}Hint`)}
            checked={draft[kind]}
            aria-invalid={ownershipError !== undefined}
            onChange={(event) => change({ [kind]: event.currentTarget.checked })}
          />
        ))}
        {ownershipError && <Input.Error role="alert">{ownershipError}</Input.Error>}
      </div>
      <div className={classes['part']}>
        <NativeSelect
          label={t('rules.minimum')}
          description={t('rules.minimumHint')}
          maw={480}
          value={draft.minimum}
          data={[
            { value: 'any', label: t('rules.anyBuild') },
            ...BUILDS.map((build) => ({ value: build, label: t(`build.${buildKey(build)}`) })),
            { value: 'other', label: t('rules.otherBuild') },
          ]}
          onChange={(event) => change({ minimum: event.currentTarget.value })}
        />
        {draft.minimum === 'other' && (
          <TextInput
            label={t('rules.ownMinimum')}
            placeholder="10.0.26100.4349"
            maw={480}
            autoComplete="off"
            spellCheck={false}
            value={draft.ownMinimum}
            error={errorAt('minimum')}
            onChange={(event) => change({ ownMinimum: event.currentTarget.value })}
          />
        )}
      </div>
      <Editions form={form} />
      <Switch
        label={t('rules.withoutTerms')}
        description={t('rules.withoutTermsHint')}
        checked={draft.withoutTerms}
        onChange={(event) => change({ withoutTerms: event.currentTarget.checked })}
      />
    </>
  )
}

/** Dots would lead i18next into the tree. */
const buildKey = (build: (typeof BUILDS)[number]) =>
  ({
    '10.0.19045': 'windows10' as const,
    '10.0.22631': 'windows11h23' as const,
    '10.0.26100': 'windows11h24' as const,
    '10.0.26200': 'windows11h25' as const,
  })[build]

function Editions({ form }: { form: RulesFormState }) {
  const { t, i18n } = useTranslation('enrolment')
  const { draft, change, errorAt } = form
  const error = errorAt('editions')
  // One that somebody set by the API stays to be seen.
  const offered = [...new Set<number>([...EDITIONS, ...draft.editions])]
  const nameOf = (edition: number) => {
    const isKnown: boolean = i18n.exists(`edition.${edition}`, { ns: 'enrolment' })
    // Looked up just now.
    return isKnown ? t(`edition.${edition}` as 'edition.48') : String(edition)
  }
  return (
    <div className={classes['part']}>
      <Switch
        label={t('rules.someEditions')}
        description={t('rules.someEditionsHint')}
        checked={!draft.isAnyEdition}
        onChange={(event) => change({ isAnyEdition: !event.currentTarget.checked })}
      />
      {!draft.isAnyEdition && (
        <Checkbox.Group
          className={classes['under'] ?? ''}
          label={t('rules.editions')}
          error={error}
          value={draft.editions.map(String)}
          onChange={(chosen) => change({ editions: chosen.map(Number) })}
        >
          <div className={classes['checks']}>
            {offered.map((edition) => (
              <Checkbox
                key={edition}
                value={String(edition)}
                label={nameOf(edition)}
                aria-invalid={error !== undefined}
              />
            ))}
          </div>
        </Checkbox.Group>
      )}
    </div>
  )
}
