/** Our id of an organization. It is on every row of every table, and the first column of its keys. */
export type OrganizationId = `org_${string}`
