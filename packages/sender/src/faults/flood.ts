/** When each event of a flood is sent, in milliseconds from its start. */
export const floodPlan = ({
  ratePerSecond,
  seconds,
}: {
  readonly ratePerSecond: number
  readonly seconds: number
}): readonly number[] =>
  Array.from(
    { length: Math.max(1, Math.round(ratePerSecond * seconds)) },
    (_, index) => (index * 1000) / ratePerSecond,
  )
