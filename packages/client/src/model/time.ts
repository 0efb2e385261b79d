/** A point in time as an input: a `Date`, or an ISO 8601 string such as `2024-01-15T10:30:00Z`. */
export type Time = Date | string
