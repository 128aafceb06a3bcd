/** A one-time link to set a password, as it is shown once after it was made. */
export type FreshLink = { email: string; passwordLink: string }
